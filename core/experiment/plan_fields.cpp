#include "experiment/plan_fields.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

const std::vector<PlanField>& planFields()
{
    static const std::vector<PlanField> fields{
        PlanField{"version", "1", "", "Version of this form."},
        PlanField{"datasets", "a list of datasets", "none",
                  "The data to read. Every workload runs on each dataset, but for those that read "
                  "none."},
        PlanField{"workloads", "a list of workloads", "none",
                  "The workloads to run. Columns that are left empty are chosen for each dataset."},
        PlanField{"engines", "a list of \"ID\" or \"ID:PROFILE\"", "none",
                  "The engines to compare, by the ids that spillway engines lists. Without a "
                  "profile, the engine's first one."},
        PlanField{"workers", "a list of whole numbers from 1", "none",
                  "Worker counts: each is measured as separate cells."},
        PlanField{"repeats", "a whole number", "6", "Counted runs of each cell."},
        PlanField{"warmup", "a whole number", "1",
                  "Uncounted runs of each cell before its repeats."},
        PlanField{"until_decided", "true or false", "false",
                  "Repeats what is undecided until it is settled, looking after 5, 10, 20 and 40 "
                  "rounds; repeats does not matter then."},
        PlanField{"timeout", "seconds, or a duration such as \"10min\"", "600",
                  "Longest time of one run."},
        PlanField{"budget", "seconds, a duration such as \"2min\", or null", "null",
                  "Time limit of the whole plan, including reading its data: one round of every "
                  "cell, then rounds while they fit. null is no limit."},
        PlanField{"memory_limit", "a size such as 2000000000 or \"2GB\", null, or a list of sizes",
                  "null",
                  "Total for one run, all its processes; null is no limit. Each size in a list is "
                  "measured as separate cells."},
        PlanField{"cache", "\"warm\", \"cold\" or \"as-is\"", "\"warm\"",
                  "State of the page cache before each run."},
        PlanField{
            "parameters", "an object of texts", "{}",
            "Parameters of the workloads by name, such as {\"solver\": \"sgd\"}; each workload "
            "takes those that it has."},
        PlanField{"seed", "a whole number from 0", "1",
                  "Seed of the run order and of the solvers."},
        PlanField{"address", "a text or null", "null",
                  "Address of a Dask or Ray cluster to run on."},
        PlanField{"scratch", "a text", "\"\"",
                  "Directory for spill files, on a real disk; empty is the cache directory."},
        PlanField{"max_scratch", "a size or null", "null",
                  "Most scratch space that a run may use; a run that exceeds it is stopped."},
        PlanField{"preset", "a text", "\"\"",
                  "The preset that the plan was made from. It determines which published figures "
                  "are shown beside the results, not how they are measured."},
    };
    return fields;
}

const std::vector<PlanField>& datasetFields()
{
    static const std::vector<PlanField> fields{
        PlanField{"name", "a text", "\"\"", "Its name in tables and charts."},
        PlanField{"paths", "a list of texts", "",
                  "Absolute paths of its CSV files in reading order."},
        PlanField{"schema", "a schema", "", "How to read them."},
        PlanField{"rows", "a whole number or null", "null", "Number of rows, where it is known."},
        PlanField{"bytes", "a whole number", "0", "Sum of the sizes of its files."},
        PlanField{"fingerprint", "a text", "",
                  "Fingerprint of the content, as --dry-run --json prints it. Runs with the same "
                  "fingerprint are compared."},
        PlanField{"origin", "a text", "\"\"",
                  "Fingerprint of the dataset of which it is a copy in another format: their runs "
                  "are compared."},
        PlanField{"tables", "a list of tables", "[]",
                  "Named tables, for work that joins them; without any, all files are one table."},
    };
    return fields;
}

const std::vector<PlanField>& tableFields()
{
    static const std::vector<PlanField> fields{
        PlanField{"name", "letters, digits and _", "", "What a query calls it."},
        PlanField{"files", "a whole number", "",
                  "How many of the dataset's files it has, after those of the tables before it."},
        PlanField{"schema", "a schema", "", "How to read them."},
        PlanField{"rows", "a whole number or null", "null", "Number of rows, where it is known."},
        PlanField{"bytes", "a whole number", "0", "Sum of the sizes of its files."},
    };
    return fields;
}

const std::vector<PlanField>& schemaFields()
{
    static const std::vector<PlanField> fields{
        PlanField{"delimiter", "one character", "", "Delimiter between fields."},
        PlanField{"quote", "one character, or an empty text for none", "", "Quote around fields."},
        PlanField{"header", "true or false", "", "Whether the first row names the columns."},
        PlanField{"columns", "a list of columns", "", "All columns in the order of the file."},
        PlanField{"comment", "one character, or an empty text for none", "\"\"",
                  "Lines that begin with it are skipped."},
        PlanField{"skip_rows", "a whole number", "0", "Lines to skip before the header."},
        PlanField{"decimal", "\".\" or \",\"", "\".\"", "Decimal mark of numbers."},
        PlanField{"encoding", "\"utf-8\", \"latin-1\" or \"windows-1252\"", "\"utf-8\"",
                  "Encoding of names and text."},
        PlanField{"missing", "a list of texts or null", "null",
                  "Words for a missing value; they replace the usual ones and also apply to "
                  "unquoted text."},
        PlanField{"files", "\"csv\" or \"parquet\"", "\"csv\"",
                  "What the files are. Of Parquet only columns and folders are given."},
        PlanField{"folders", "a list of texts", "[]",
                  "Of Parquet: the columns that the names of its folders tell, outermost first."},
    };
    return fields;
}

const std::vector<PlanField>& columnFields()
{
    static const std::vector<PlanField> fields{
        PlanField{"name", "a text", "", "Its name."},
        PlanField{"type", "\"integer\", \"real\" or \"text\"", "", "Its type."},
    };
    return fields;
}

PlanField fieldOf(const ColumnRole& role)
{
    return {role.name, role.many ? "a list of texts" : "a text", role.many ? "[]" : "\"\"",
            capitalised(role.meaning) + "."};
}

PlanField fieldOf(const Parameter& parameter)
{
    const std::string fallback = parameterText(parameter.fallback);
    return {parameter.name, formOf(parameter),
            std::holds_alternative<std::string>(parameter.fallback) ? '"' + fallback + '"'
                                                                    : fallback,
            parameter.meaning};
}

PlanObject objectOf(const WorkloadType& type)
{
    PlanObject object{"Workload " + type.id, type.question, {}};
    object.fields.push_back({"kind", '"' + type.id + '"', "", capitalised(type.title) + "."});
    for (const auto& role : type.roles)
        object.fields.push_back(fieldOf(role));
    for (const auto& parameter : type.parameters)
        object.fields.push_back(fieldOf(parameter));
    return object;
}

Result<void> checkObject(const Json& json, std::string_view what,
                         const std::vector<PlanField>& fields)
{
    if (!json.is_object()) return {}; // the reader reports what is expected there
    for (const auto& [name, value] : json.items())
        if (std::ranges::find(fields, name, &PlanField::name) == fields.end())
            return invalidArgument(
                fmt::format("A {} has no field \"{}\".", what, name.substr(0, 60)));
    return {};
}

/// Each entry of the list `json[name]`, where there is one.
template <class Check>
Result<void> checkEach(const Json& json, const char* name, Check check)
{
    const auto list = json.is_object() ? json.find(name) : json.end();
    if (list == json.end() || !list->is_array()) return {};
    for (const auto& entry : *list)
        if (auto r = check(entry); !r) return r;
    return {};
}

/// Of a dataset or a table.
Result<void> checkSchema(const Json& owner)
{
    const auto schema = owner.is_object() ? owner.find("schema") : owner.end();
    if (schema == owner.end()) return {};
    if (auto r = checkObject(*schema, "schema", schemaFields()); !r) return r;
    return checkEach(*schema, "columns", [](const Json& column) {
        return checkObject(column, "column", columnFields());
    });
}

Result<void> checkDataset(const Json& dataset)
{
    if (auto r = checkObject(dataset, "dataset", datasetFields()); !r) return r;
    if (auto r = checkSchema(dataset); !r) return r;
    return checkEach(dataset, "tables", [](const Json& table) {
        const auto r = checkObject(table, "table", tableFields());
        return r ? checkSchema(table) : r;
    });
}

Result<void> checkWorkload(const Json& workload)
{
    const auto* type = findWorkloadType(fieldOr(workload, "kind", std::string()));
    if (!type) return {}; // the reader reports the known kinds
    return checkObject(workload, "workload " + type->id, objectOf(*type).fields);
}

} // namespace

const std::vector<PlanObject>& planObjects()
{
    static const std::vector<PlanObject> all = [] {
        std::vector<PlanObject> objects{
            {"Plan", "The file is one object with these fields.", planFields()},
            {"Dataset", "Data that are read as one table.", datasetFields()},
            {"Table", "One of the tables of a dataset that has several.", tableFields()},
            {"Schema", "How the files of a dataset are read.", schemaFields()},
            {"Column", "One column of a schema.", columnFields()}};
        for (const auto* type : workloadTypes())
            objects.push_back(objectOf(*type));
        return objects;
    }();
    return all;
}

Result<void> checkPlanFields(const Json& plan)
{
    if (auto r = checkObject(plan, "plan", planFields()); !r) return r;
    if (auto r = checkEach(plan, "datasets", checkDataset); !r) return r;
    return checkEach(plan, "workloads", checkWorkload);
}

} // namespace spillway
