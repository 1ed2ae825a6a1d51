#include "base/escape.h"

#include "base/json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace spillway {
namespace {

constexpr std::string_view replacement = "\uFFFD";

/// One character of a text, or one byte that is not part of a valid one.
struct Character {
    std::string_view bytes;
    std::uint32_t code = 0;
    bool valid = true; ///< UTF-8: shortest form, no surrogate, at most U+10FFFF
};

/// The character at the front of `text`, which is not empty.
Character firstCharacter(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const std::uint32_t lead = byte(0);
    const Character broken{text.substr(0, 1), lead, false};
    if (lead < 0x80) return {text.substr(0, 1), lead, true};
    if (lead < 0xC2 || lead > 0xF4) return broken;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    std::uint32_t code = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) return broken;
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    const bool tooLong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (tooLong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return broken;
    return {text.substr(0, length), code, true};
}

bool isHidden(const Character& character)
{
    const auto code = character.code;
    const auto within = [code](std::uint32_t first, std::uint32_t last) {
        return code >= first && code <= last;
    };
    return !character.valid || code < 0x20 || within(0x7F, 0x9F) || code == 0x061C ||
           within(0x200E, 0x200F) || within(0x2028, 0x202E) || within(0x2066, 0x2069);
}

bool isBlankControl(const Character& character)
{
    return character.code == '\t' || character.code == '\n' || character.code == '\r';
}

/// Every character of `text` as `spell` has it.
template <class Spell>
std::string spelt(std::string_view text, Spell spell)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        result += spell(character);
        text.remove_prefix(character.bytes.size());
    }
    return result;
}

/// One line: blanks for tabs and line ends, U+FFFD for what else is hidden; `spell` for the rest.
template <class Spell>
std::string speltOnOneLine(std::string_view text, Spell spell)
{
    return spelt(text, [&](const Character& character) -> std::string_view {
        if (isBlankControl(character)) return " ";
        return isHidden(character) ? replacement : spell(character);
    });
}

std::string_view latexOf(const Character& character)
{
    switch (character.code) {
    case '\\':
        return "\\textbackslash{}";
    case '&':
        return "\\&";
    case '%':
        return "\\%";
    case '$':
        return "\\$";
    case '#':
        return "\\#";
    case '_':
        return "\\_";
    case '{':
        return "\\{";
    case '}':
        return "\\}";
    case '~':
        return "\\textasciitilde{}";
    case '^':
        return "\\textasciicircum{}";
    case '<':
        return "\\textless{}";
    case '>':
        return "\\textgreater{}";
    // After \\ these two would be an argument of it.
    case '[':
        return "{[}";
    case '*':
        return "{*}";
    default:
        return character.bytes;
    }
}

std::string_view markdownOf(const Character& character)
{
    switch (character.code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    // GitHub makes links and mentions of bare text, whatever stands before it.
    case ':':
        return "&#58;";
    case '@':
        return "&#64;";
    case '\\':
        return "\\\\";
    case '|':
        return "\\|";
    case '*':
        return "\\*";
    case '_':
        return "\\_";
    case '`':
        return "\\`";
    case '[':
        return "\\[";
    case ']':
        return "\\]";
    case '~':
        return "\\~";
    case '$':
        return "\\$";
    case '#':
        return "\\#";
    case '!':
        return "\\!";
    default:
        return character.bytes;
    }
}

std::string pythonCharacter(const Character& character)
{
    if (!character.valid) return fmt::format("\\udc{:02x}", character.code);
    switch (character.code) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    case '\r':
        return "\\r";
    default:
        break;
    }
    return isHidden(character) ? fmt::format("\\u{:04x}", character.code)
                               : std::string(character.bytes);
}

std::string pythonNumber(double value)
{
    if (std::isnan(value)) return "float(\"nan\")";
    if (std::isinf(value)) return value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
    return Json(value).dump();
}

std::string roffCharacter(const Character& character)
{
    switch (character.code) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '"':
        return "\\(dq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        break;
    }
    return character.code < 0x80 ? std::string(character.bytes)
                                 : fmt::format("\\[u{:04X}]", character.code);
}

/// "1, 2, 3" of the elements of an array or object.
template <class Element>
std::string listed(const Json& value, Element element)
{
    std::string text;
    for (const auto& [key, item] : value.items())
        text += (text.empty() ? "" : ", ") + element(key, item);
    return text;
}

bool startsLikeAFormula(std::string_view text)
{
    if (text.empty()) return false;
    if (std::string_view("\t\r\n").find(text.front()) != std::string_view::npos) return true;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    for (const std::string_view sign : {"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"})
        if (text.starts_with(sign)) return true;
    return false;
}

} // namespace

std::string terminalText(std::string_view text)
{
    return speltOnOneLine(text, [](const Character& character) { return character.bytes; });
}

std::string terminalLines(std::string_view text)
{
    std::string result;
    for (;;) {
        const auto end = text.find('\n');
        result += terminalText(text.substr(0, end));
        if (end == std::string_view::npos) return result;
        result += '\n';
        text.remove_prefix(end + 1);
    }
}

std::string terminalJson(const Json& value)
{
    // What is hidden stands in strings only, and nothing of it is beyond U+FFFF.
    return spelt(toLine(value), [](const Character& character) {
        return isHidden(character) ? fmt::format("\\u{:04x}", character.code)
                                   : std::string(character.bytes);
    });
}

std::string pythonString(std::string_view text)
{
    return '"' + spelt(text, pythonCharacter) + '"';
}

std::string pythonLiteral(const Json& value)
{
    switch (value.type()) {
    case Json::value_t::string:
        return pythonString(value.get_ref<const std::string&>());
    case Json::value_t::boolean:
        return value.get<bool>() ? "True" : "False";
    case Json::value_t::number_float:
        return pythonNumber(value.get<double>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
        return value.dump();
    case Json::value_t::array:
        return '[' +
               listed(value,
                      [](const std::string&, const Json& item) { return pythonLiteral(item); }) +
               ']';
    case Json::value_t::object:
        return '{' +
               listed(value,
                      [](const std::string& key, const Json& item) {
                          return pythonString(key) + ": " + pythonLiteral(item);
                      }) +
               '}';
    default:
        return "None";
    }
}

std::string shellWord(std::string_view text)
{
    static constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
    text = text.substr(0, text.find('\0'));
    if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos)
        return std::string(text);
    return '\'' +
           spelt(text,
                 [](const Character& character) {
                     if (character.code == '\'') return std::string("'\\''");
                     if (character.code == '\n' || !isHidden(character))
                         return std::string(character.bytes);
                     std::string octal;
                     for (const char byte : character.bytes)
                         octal += fmt::format("\\{:03o}", static_cast<unsigned char>(byte));
                     return "'\"$(printf '" + octal + "')\"'";
                 }) +
           '\'';
}

std::string shellEscaped(std::string_view text)
{
    static constexpr std::string_view special = " !\"#$&'()*;<>?[\\]^`{|}~";
    std::string word;
    for (const char byte : terminalText(text)) {
        if (special.find(byte) != special.npos) word += '\\';
        word += byte;
    }
    return word;
}

std::string roffText(std::string_view text)
{
    const std::string line = terminalText(text);
    // A point at the front would begin a request.
    return (line.starts_with('.') ? "\\&" : "") + spelt(line, roffCharacter);
}

std::string latexText(std::string_view text)
{
    return speltOnOneLine(text, latexOf);
}

std::string markdownText(std::string_view text)
{
    return speltOnOneLine(text, markdownOf);
}

std::string htmlText(std::string_view text)
{
    return spelt(text, [](const Character& character) -> std::string_view {
        switch (character.code) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        case '\n':
        case '\t':
            return character.bytes;
        case '\r':
            return " ";
        default:
            return isHidden(character) ? replacement : character.bytes;
        }
    });
}

std::string csvField(std::string_view text)
{
    std::string field = startsLikeAFormula(text) ? "'" : "";
    field += spelt(text, [](const Character& character) -> std::string_view {
        if (isBlankControl(character)) return character.bytes;
        return isHidden(character) ? replacement : character.bytes;
    });
    if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
    std::string quoted = "\"";
    for (const char c : field)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

} // namespace spillway
