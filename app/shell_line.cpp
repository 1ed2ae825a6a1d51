#include "app/shell_line.h"

#include "base/escape.h"

namespace spillway {
namespace {

constexpr std::string_view quotes = "'\"";

/// Takes a line character by character.
class TypedLineReader {
public:
    explicit TypedLineReader(std::string_view breaks) : breaks_(breaks) {}

    void take(char c)
    {
        if (escaped_) {
            // Within double quotes a backslash is literal except before these.
            if (line_.quote == '"' && std::string_view("\"\\$`").find(c) == std::string_view::npos)
                add('\\');
            add(c);
            escaped_ = false;
        } else if (line_.quote != '\0') {
            takeQuoted(c);
        } else {
            takePlain(c);
        }
    }

    ShellLine end() &&
    {
        if (!inWord_ || line_.words.empty()) line_.words.emplace_back();
        return std::move(line_);
    }

private:
    void takeQuoted(char c)
    {
        if (c == line_.quote)
            line_.quote = '\0';
        else if (c == '\\' && line_.quote == '"')
            escaped_ = true;
        else
            add(c);
    }

    void takePlain(char c)
    {
        if (c == '\\') {
            begin();
            escaped_ = true;
        } else if (quotes.find(c) != quotes.npos) {
            begin();
            line_.quote = c;
            line_.kept = line_.words.back().size();
        } else if (c == ' ' || c == '\t') {
            inWord_ = false;
            line_.kept = 0;
        } else if (std::string_view("\n;|&(){}").find(c) != std::string_view::npos) {
            line_ = {}; // another command
            inWord_ = false;
        } else {
            add(c);
            if (breaks_.find(c) != breaks_.npos) line_.kept = line_.words.back().size();
        }
    }

    void begin()
    {
        if (!inWord_) {
            line_.words.emplace_back();
            line_.kept = 0;
        }
        inWord_ = true;
    }

    void add(char c)
    {
        begin();
        line_.words.back() += c;
    }

    std::string_view breaks_;
    ShellLine line_;
    bool inWord_ = false;
    bool escaped_ = false;
};

} // namespace

ShellLine readShellLine(std::string_view line, std::string_view breaks)
{
    TypedLineReader reader(breaks);
    for (const char c : line)
        reader.take(c);
    return std::move(reader).end();
}

std::string bashReplacement(const ShellLine& line, std::string_view word)
{
    if (terminalText(word) != word || word.size() < line.kept) return {};
    const std::string_view rest = word.substr(line.kept);
    if (line.quote == '\0') return shellEscaped(rest);
    const std::string_view impossible = line.quote == '"' ? "\"!$`\\" : "'";
    return rest.find_first_of(impossible) == rest.npos ? std::string(rest) : std::string();
}

} // namespace spillway
