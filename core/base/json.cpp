#include "base/json.h"

#include <fmt/format.h>

namespace spillway {

namespace {

/// Parses a text without storing anything, and stops where it exceeds a bound.
class BoundsCheck : public nlohmann::json_sax<Json> {
public:
    explicit BoundsCheck(const JsonBounds& bounds) : bounds_(bounds) {}

    /// What is wrong with the text; empty when a parse would succeed within the bounds.
    std::string problem(std::string_view text)
    {
        const bool whole = Json::sax_parse(text, this);
        if (!whole && problem_.empty())
            problem_ = fmt::format("Not JSON: \"{}\".", text.substr(0, 60));
        return problem_;
    }

    bool null() override { return one(); }
    bool boolean(bool) override { return one(); }
    bool number_integer(number_integer_t) override { return one(); }
    bool number_unsigned(number_unsigned_t) override { return one(); }
    bool number_float(number_float_t, const string_t&) override { return one(); }
    bool string(string_t&) override { return one(); }
    bool binary(binary_t&) override { return one(); }
    bool key(string_t&) override { return true; }
    bool start_object(std::size_t) override { return enter(); }
    bool start_array(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override
    {
        return false;
    }

private:
    bool one()
    {
        if (++values_ <= bounds_.values) return true;
        problem_ = fmt::format("JSON holds more than {} values.", bounds_.values);
        return false;
    }
    bool enter()
    {
        if (++depth_ <= bounds_.depth) return one();
        problem_ = fmt::format("JSON is nested deeper than {} levels.", bounds_.depth);
        return false;
    }
    bool leave()
    {
        --depth_;
        return true;
    }

    JsonBounds bounds_;
    int depth_ = 0;
    std::size_t values_ = 0;
    std::string problem_;
};

} // namespace

Result<Json> parseJson(std::string_view text, const JsonBounds& bounds)
{
    // Two passes, each linear. A single pass with the parser's callback that discards what is too
    // deep is not linear: every discarded value makes it search all previous ones.
    if (auto problem = BoundsCheck(bounds).problem(text); !problem.empty())
        return protocolError(std::move(problem));
    return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

Result<Json> parseJson(std::string_view text, int maxDepth)
{
    return parseJson(text, JsonBounds{.depth = maxDepth});
}

std::string toLine(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Error badField(std::string_view field, std::string_view expected)
{
    return protocolError(fmt::format("Field \"{}\" should hold {}.", field, expected));
}

} // namespace spillway
