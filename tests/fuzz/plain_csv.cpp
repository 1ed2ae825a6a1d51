#include "plain_csv.h"

namespace spillway::fuzz {
namespace {

class Reader {
public:
    Reader(std::string_view text, const CsvFormat& format) : text_(text), format_(format) {}

    std::optional<PlainRows> rows(std::size_t columns)
    {
        PlainRows rows;
        while (at_ < text_.size()) {
            const std::size_t begin = at_;
            std::vector<std::string> row;
            if (!readRow(row)) return std::nullopt;
            const char first = text_[begin];
            if (row.size() == 1 && row[0].empty() && (first == '\n' || first == '\r')) continue;
            if (columns == 0) columns = row.size();
            if (row.size() != columns) return std::nullopt;
            rows.push_back(std::move(row));
        }
        return rows;
    }

private:
    bool atEnd() const { return at_ == text_.size(); }
    bool quoting() const { return format_.quote != '\0'; }

    bool readRow(std::vector<std::string>& row)
    {
        while (true) {
            if (!readField(row.emplace_back())) return false;
            if (atEnd()) return true;
            if (text_[at_] == format_.delimiter) {
                ++at_;
                continue;
            }
            return readLineEnd();
        }
    }

    bool readLineEnd()
    {
        if (text_[at_] == '\r') ++at_;
        if (atEnd() || text_[at_] != '\n') return false; // a lone CR
        ++at_;
        return true;
    }

    bool endsField(char byte) const
    {
        return byte == format_.delimiter || byte == '\n' || byte == '\r';
    }

    bool readField(std::string& field)
    {
        if (quoting() && !atEnd() && text_[at_] == format_.quote) return readQuoted(field);
        for (; !atEnd() && !endsField(text_[at_]); ++at_) {
            if (text_[at_] == '\0') return false;
            field += text_[at_];
        }
        return true;
    }

    bool readQuoted(std::string& field)
    {
        for (++at_; !atEnd(); ++at_) {
            const char byte = text_[at_];
            if (byte == '\0') return false;
            if (byte == format_.quote) {
                ++at_;
                if (atEnd() || text_[at_] != format_.quote) return atEnd() || endsField(text_[at_]);
            }
            field += byte;
        }
        return false; // the quote does not close
    }

    std::string_view text_;
    CsvFormat format_;
    std::size_t at_ = 0;
};

} // namespace

std::optional<PlainRows> readPlainly(std::string_view text, const CsvFormat& format,
                                     std::size_t columns)
{
    return Reader(text, format).rows(columns);
}

} // namespace spillway::fuzz
