#include "analysis/claims.h"

#include "analysis/cache_start.h"
#include "analysis/ease.h"
#include "analysis/paired.h"
#include "analysis/snippet.h"
#include "analysis/verdict_words.h"
#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace spillway {
namespace {

constexpr const char* articleText =
#include "article.inc"
    ;

/// An engine's best cell in a comparison; without a cell it ran and never finished.
struct Side {
    const EngineLine* line = nullptr;
    const CellSummary* cell = nullptr;
};

const Measure* measureOf(const Claim& claim, const Comparison& comparison)
{
    return claim.measure.empty() ? nullptr : typeOf(comparison.workload).findMeasure(claim.measure);
}

/// What is compared; nothing for a cell without it.
std::optional<Interval> valueOf(const CellSummary& cell, const Measure* measure)
{
    if (!finishedAlways(cell)) return std::nullopt;
    return measure ? cell.measure(measure->name) : cell.seconds;
}

bool better(double a, double b, const Measure* measure)
{
    return measure && measure->moreIsBetter ? a > b : a < b;
}

/// The best of the lines that `wanted` accepts.
template <class Wanted>
Side best(const Comparison& comparison, const Measure* measure, const Wanted& wanted)
{
    Side found;
    std::optional<double> value;
    for (const EngineLine& line : comparison.lines) {
        if (!line.unsupported.empty() || !wanted(line)) continue;
        if (!found.line) found.line = &line;
        for (const CellSummary& cell : line.cells)
            if (const auto own = valueOf(cell, measure);
                own && (!value || better(own->median, *value, measure))) {
                found = {&line, &cell};
                value = own->median;
            }
    }
    return found;
}

Side sideOf(const Comparison& comparison, const Measure* measure, const std::string& engine)
{
    return best(comparison, measure, [&](const EngineLine& line) { return line.engine == engine; });
}

/// "0.31 s (0.27–0.36)", "665 tasks/s (620 tasks/s–701 tasks/s)".
std::string valueWords(const CellSummary& cell, const Measure* measure)
{
    const auto value = *valueOf(cell, measure);
    if (!measure) return words::secondsPhrase(value);
    auto median = valueText(*measure, value.median);
    if (value.n < 2) return median;
    return fmt::format("{} ({}–{})", median, valueText(*measure, value.low),
                       valueText(*measure, value.high));
}

/// Runs of a line by how they ended, excluded ones left out.
struct Ends {
    int ok = 0;
    int failed = 0;
};

Ends endsOf(const EngineLine& line)
{
    Ends ends;
    for (const CellSummary& cell : line.cells)
        for (const auto& [status, count] : cell.statuses) {
            if (status == RunStatus::Ok) ends.ok += count;
            if (isFailure(status)) ends.failed += count;
        }
    return ends;
}

/// Whether it was tried and did not end once: then it is behind one that did.
bool neverFinished(const Side& side)
{
    const Ends ends = endsOf(*side.line);
    return !side.cell && ends.ok == 0 && ends.failed > 0;
}

std::string sideWords(const Side& side, const Measure* measure)
{
    const auto& name = side.line->name;
    if (side.cell) return fmt::format("{} {}", name, valueWords(*side.cell, measure));
    if (neverFinished(side)) return name + " never finished";
    const Ends ends = endsOf(*side.line);
    if (ends.failed > 0)
        return fmt::format("{} finished {} of {} runs", name, ends.ok, ends.ok + ends.failed);
    return name + (ends.ok > 0 ? " does not tell it" : " has no run that counts");
}

/// "fastest: DuckDB 0.1 s", when it is neither of the two.
std::string bestOfAll(const Comparison& comparison, const Measure* measure, const Side& a,
                      const Side& b)
{
    const Side found =
        best(comparison, measure, [](const EngineLine& line) { return line.deployable; });
    if (!found.cell || found.line == a.line || found.line == b.line) return {};
    return fmt::format("; best of all: {}", sideWords(found, measure));
}

bool speaksOf(const Claim& claim, const Comparison& comparison)
{
    if (comparison.workload.kind != claim.kind) return false;
    return claim.job.empty() ||
           nameOf(comparison.workload) == fmt::format("{} {}", claim.kind, claim.job);
}

/// By intervals that do not overlap.
ClaimVerdict byIntervals(const Interval& favoured, const Interval& other, const Measure& measure)
{
    if (std::min(favoured.n, other.n) < roundsForVerdict) return ClaimVerdict::CannotTell;
    const bool above = favoured.low > other.high;
    const bool below = favoured.high < other.low;
    if (!above && !below) return ClaimVerdict::CannotTell;
    return above == measure.moreIsBetter ? ClaimVerdict::Holds : ClaimVerdict::DoesNotHold;
}

/// A claim about times, whose verdict waits for the others' p-values.
struct Timed {
    std::size_t claim = 0;
    PairedRatio ratio; ///< the other's time ÷ that of the favoured one
};

/// A program that does the work of a comparison.
struct ProgramSize {
    std::string name; ///< "Dask naive"
    int lines = 0;
};

/// The shortest one of an engine, whether that profile ran or not; nothing when none is known.
std::optional<ProgramSize> shortest(const Comparison& comparison, const std::string& engine)
{
    std::optional<ProgramSize> found;
    const auto offer = [&](const std::string& name, std::optional<int> lines) {
        if (lines && (!found || *lines < found->lines)) found = {name, *lines};
    };
    for (const EaseRow& row : easeOf(comparison))
        if (row.engine == engine) offer(row.name, row.lines);
    for (const ExampleProgram& program : typeOf(comparison.workload).programs)
        if (program.engine == engine)
            offer(comparison.engines.lineName(engine, program.profile),
                  programLines(comparison.workload, engine, program.profile));
    return found;
}

/// By the lines of both programs, which have no spread.
void judgeLines(JudgedClaim& claim, const Comparison& comparison)
{
    const auto favoured = shortest(comparison, claim.claim.favoured);
    const auto other = shortest(comparison, claim.claim.other);
    claim.verdict = ClaimVerdict::CannotTell;
    if (!favoured || !other) {
        claim.figures = "no programs to count the lines of";
        return;
    }
    claim.ran = fmt::format("the shortest programs: {}; {}", favoured->name, other->name);
    claim.figures = fmt::format("{} {} lines, {} {} lines", favoured->name, favoured->lines,
                                other->name, other->lines);
    if (favoured->lines < other->lines) claim.verdict = ClaimVerdict::Holds;
    if (favoured->lines > other->lines) claim.verdict = ClaimVerdict::DoesNotHold;
}

/// Everything but the verdict on times.
JudgedClaim begun(const Claim& claim, const std::vector<Comparison>& comparisons,
                  std::optional<PairedRatio>& ratio)
{
    JudgedClaim found{.claim = claim, .ran = {}, .figures = {}};
    if (claim.kind.empty()) {
        found.verdict = ClaimVerdict::NotMeasured;
        found.figures = claim.why;
        return found;
    }
    found.figures = fmt::format("the preset \"{}\" runs it", claim.preset);
    for (auto each = comparisons.rbegin(); each != comparisons.rend(); ++each) {
        if (!speaksOf(claim, *each)) continue;
        const Measure* measure = measureOf(claim, *each);
        const Side favoured = sideOf(*each, measure, claim.favoured);
        const Side other = sideOf(*each, measure, claim.other);
        if (!favoured.line || !other.line) continue;
        if (!claim.ease.empty()) {
            judgeLines(found, *each);
            return found;
        }
        const auto workers = [](const Side& side) {
            return side.cell ? ", " + words::workersPhrase(side.cell->cell.workers) : "";
        };
        found.ran = fmt::format(
            "{}: {}{}; {}{}",
            claim.job.empty() ? capitalised(typeOf(each->workload).title) : nameOf(each->workload),
            favoured.line->name, workers(favoured), other.line->name, workers(other));
        found.figures =
            fmt::format("{}, {}{}", sideWords(favoured, measure), sideWords(other, measure),
                        bestOfAll(*each, measure, favoured, other));
        found.verdict = ClaimVerdict::CannotTell;
        if (!favoured.cell || !other.cell) {
            if (favoured.cell && neverFinished(other)) found.verdict = ClaimVerdict::Holds;
            if (other.cell && neverFinished(favoured)) found.verdict = ClaimVerdict::DoesNotHold;
        } else if (measure) {
            found.verdict = byIntervals(*valueOf(*favoured.cell, measure),
                                        *valueOf(*other.cell, measure), *measure);
        } else if (!cacheObstacle(*favoured.cell, *other.cell)) {
            const auto paired = pairedRatio(*other.cell, *favoured.cell);
            if (paired && paired->rounds >= roundsForVerdict) ratio = paired;
        }
        return found;
    }
    return found;
}

} // namespace

std::string_view name(ClaimVerdict verdict)
{
    switch (verdict) {
    case ClaimVerdict::Holds:
        return "holds";
    case ClaimVerdict::DoesNotHold:
        return "does not hold here";
    case ClaimVerdict::CannotTell:
        return "cannot be told";
    case ClaimVerdict::NotRun:
        return "not run";
    case ClaimVerdict::NotMeasured:
        return "not measured";
    }
    return {};
}

Result<std::vector<Claim>> claimsFromJson(const Json& json)
{
    std::vector<Claim> claims;
    for (const Json& each : fieldOr(json, "claims", Json::array())) {
        const auto field = [&](const char* key) { return fieldOr(each, key, std::string()); };
        Claim claim{.section = field("section"),
                    .row = field("row"),
                    .text = field("claim"),
                    .kind = field("kind"),
                    .job = field("job"),
                    .measure = field("measure"),
                    .ease = field("ease"),
                    .favoured = field("favoured"),
                    .other = field("other"),
                    .preset = fieldOr(each, "preset", std::string("article")),
                    .why = field("why")};
        if (claim.row.empty() || claim.text.empty()) return badField("claims", "a row and a claim");
        if (claim.kind.empty() == claim.why.empty())
            return badField("claims", "a kind that settles it, or why none does");
        if (!claim.ease.empty() && claim.ease != "lines") return badField("ease", "\"lines\"");
        claims.push_back(std::move(claim));
    }
    return claims;
}

const std::vector<Claim>& articleClaims()
{
    // The file is part of the program, and a test reads it.
    static const std::vector<Claim> claims = [] {
        const auto json = parseJson(articleText);
        auto read = json ? claimsFromJson(*json) : Result<std::vector<Claim>>(json.error());
        return read ? std::move(*read) : std::vector<Claim>();
    }();
    return claims;
}

std::vector<JudgedClaim> judged(const std::vector<Claim>& claims,
                                const std::vector<Comparison>& comparisons)
{
    std::vector<JudgedClaim> all;
    std::vector<Timed> timed;
    for (const Claim& claim : claims) {
        std::optional<PairedRatio> ratio;
        all.push_back(begun(claim, comparisons, ratio));
        if (ratio) timed.push_back({all.size() - 1, *ratio});
    }
    // Rows that ask the same are one question.
    std::map<std::tuple<std::string, std::string, std::string>, std::size_t> asked;
    std::vector<double> p;
    for (const Timed& each : timed) {
        const Claim& claim = all[each.claim].claim;
        if (asked.emplace(std::tuple(claim.kind + claim.job, claim.favoured, claim.other), p.size())
                .second)
            p.push_back(each.ratio.p);
    }
    const auto adjusted = holmAdjusted(p);
    for (const Timed& each : timed) {
        JudgedClaim& found = all[each.claim];
        const Claim& claim = found.claim;
        const auto question = std::tuple(claim.kind + claim.job, claim.favoured, claim.other);
        found.figures +=
            fmt::format("; time of the second ÷ the first: {}", words::ratioPhrase(each.ratio));
        if (adjusted[asked.at(question)] >= significance) continue;
        const bool faster = each.ratio.ratio > 1;
        found.verdict = faster ? ClaimVerdict::Holds : ClaimVerdict::DoesNotHold;
    }
    return all;
}

bool settlesArticle(const std::vector<JudgedClaim>& claims)
{
    constexpr std::size_t several = 3; // a study of data has two at most
    std::set<std::string> kinds;
    for (const JudgedClaim& each : claims)
        if (each.verdict != ClaimVerdict::NotRun && each.verdict != ClaimVerdict::NotMeasured)
            kinds.insert(each.claim.kind);
    return kinds.size() >= several;
}

std::string countOf(const std::vector<JudgedClaim>& claims)
{
    std::map<ClaimVerdict, int> counts;
    for (const JudgedClaim& each : claims)
        ++counts[each.verdict];
    std::string text;
    for (const auto& [verdict, count] : counts)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name(verdict));
    return fmt::format("{} claims: {}", claims.size(), text);
}

std::string judgedOn(const std::vector<RunRecord>& records,
                     const std::vector<Environment>& environments, const EngineCatalogue& engines)
{
    if (environments.empty()) return {};
    std::map<std::string, std::string> versions;
    for (const RunRecord& record : records)
        if (!record.engineVersion.empty())
            versions[engines.of(record.cell.engine).title] = record.engineVersion;
    std::string text;
    for (const auto& [engine, version] : versions)
        text += fmt::format("{}{} {}", text.empty() ? " with " : ", ", engine, version);
    return fmt::format("On this machine ({}){}.", environments.back().machine(), text);
}

Table claimsTable(const std::vector<JudgedClaim>& claims)
{
    Table table{"The article",
                {{.id = "section", .title = "Section", .dispensable = 1},
                 {.id = "row", .title = "Row"},
                 {.id = "claim", .title = "Claim"},
                 {.id = "run", .title = "What was run", .dispensable = 2},
                 {.id = "figures", .title = "Figures"},
                 {.id = "verdict", .title = "Verdict", .figures = true}},
                {}};
    for (const JudgedClaim& each : claims)
        table.rows.push_back({each.claim.section, each.claim.row, each.claim.text, each.ran,
                              each.figures, std::string(name(each.verdict))});
    return table;
}

} // namespace spillway
