#include "data/file_kind.h"

#include <array>

namespace spillway {
namespace {

constexpr const char* unpack = "Unpack it, and open what is in it.";
constexpr const char* saveAsCsv = "Save its sheet as CSV, and open that.";
constexpr const char* exportCsv = "Export the table as CSV or Parquet, and open that.";

/// How a kind of file begins, from `offset` on.
struct Signature {
    std::string_view bytes;
    const char* name = "";
    const char* remedy = "";
    std::size_t offset = 0;
};

using namespace std::string_view_literals;

/// As the formats' specifications have them. The more particular one comes first.
constexpr std::array signatures{
    Signature{"\x89PNG\r\n\x1a\n"sv, "a PNG image"},
    Signature{"\xff\xd8\xff"sv, "a JPEG image"},
    Signature{"GIF8"sv, "a GIF image"},
    Signature{"WEBP"sv, "a WebP image", "", 8},
    Signature{"WAVE"sv, "a WAV recording", "", 8},
    Signature{"ftyp"sv, "a video", "", 4},
    Signature{"II*\0"sv, "a TIFF image"},
    Signature{"MM\0*"sv, "a TIFF image"},
    Signature{"%PDF-"sv, "a PDF document", exportCsv},
    Signature{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "an old Office document", saveAsCsv},
    Signature{"PK\x05\x06"sv, "an empty ZIP archive"},
    Signature{"\x1f\x8b"sv, "a gzip archive", unpack},
    Signature{"BZh"sv, "a bzip2 archive", unpack},
    Signature{"\xfd"
              "7zXZ\0"sv,
              "an xz archive", unpack},
    Signature{"\x28\xb5\x2f\xfd"sv, "a Zstandard archive", unpack},
    Signature{"7z\xbc\xaf\x27\x1c"sv, "a 7z archive", unpack},
    Signature{"Rar!\x1a\x07"sv, "a RAR archive", unpack},
    Signature{"ustar"sv, "a tar archive", unpack, 257},
    Signature{"PAR1"sv, "a Parquet file"},
    Signature{"SQLite format 3\0"sv, "an SQLite database", exportCsv},
    Signature{"ARROW1"sv, "an Arrow file", "Write it as Parquet or CSV, and open that."},
    Signature{"ORC"sv, "an ORC file", "Write it as Parquet or CSV, and open that."},
    Signature{"Obj\x01"sv, "an Avro file", "Write it as Parquet or CSV, and open that."},
    Signature{"\x89HDF\r\n\x1a\n"sv, "an HDF5 file", exportCsv},
    Signature{"\x93NUMPY"sv, "a NumPy array", exportCsv},
    Signature{"\x7f"
              "ELF"sv,
              "a program"},
};

bool begins(std::string_view text, std::string_view bytes, std::size_t offset = 0)
{
    return text.size() >= offset && text.substr(offset).starts_with(bytes);
}

/// A ZIP archive, or one of the documents that are such.
FileKind zipKind(std::string_view text)
{
    const auto holds = [&](std::string_view name) {
        return text.substr(0, 4096).find(name) != std::string_view::npos;
    };
    if (holds("xl/")) return {"an Excel workbook", saveAsCsv};
    if (holds("opendocument.spreadsheet")) return {"an OpenDocument spreadsheet", saveAsCsv};
    if (holds("word/") || holds("opendocument.text")) return {"a text document", exportCsv};
    return {"a ZIP archive (or a spreadsheet)",
            "Unpack it, or save its sheet as CSV, and open that."};
}

/// Marked-up text, after blanks and a byte order mark.
std::optional<FileKind> markupKind(std::string_view text)
{
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const auto start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return std::nullopt;
    text.remove_prefix(start);
    for (const auto html : {"<!doctype html"sv, "<!DOCTYPE html"sv, "<!DOCTYPE HTML"sv, "<html"sv})
        if (text.starts_with(html)) return FileKind{"an HTML page", exportCsv};
    if (text.starts_with("<?xml")) return FileKind{"an XML document", exportCsv};
    if (text.starts_with("{\"") || text.starts_with("[{\"") || text.starts_with("{\n"))
        return FileKind{"a JSON file", "Write it as CSV or Parquet, and open that."};
    return std::nullopt;
}

/// Nothing but ASCII without control characters in the first `count` bytes.
bool isPlain(std::string_view text, std::size_t count)
{
    for (const char c : text.substr(0, count))
        if (static_cast<unsigned char>(c) < 9 || static_cast<unsigned char>(c) > 0x7e) return false;
    return true;
}

} // namespace

std::optional<FileKind> fileKindOf(std::string_view beginning)
{
    if (begins(beginning, "PK\x03\x04")) return zipKind(beginning);
    for (const Signature& signature : signatures) {
        if (!begins(beginning, signature.bytes, signature.offset)) continue;
        // Letters that delimited text may begin with: the rest tells it.
        const bool letters = signature.bytes == "ORC"sv || signature.bytes == "BZh"sv ||
                             signature.bytes == "GIF8"sv || signature.bytes == "ARROW1"sv ||
                             signature.offset > 0;
        if (letters && isPlain(beginning, signature.offset + 24)) continue;
        return FileKind{signature.name, signature.remedy};
    }
    return markupKind(beginning);
}

} // namespace spillway
