#include "native/load/http_response.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <utility>

namespace spillway {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t longestHead = std::uint32_t(16) << 10;
constexpr std::uint64_t longestBody = std::uint64_t(64) << 10;

} // namespace

struct HttpResponse::Parser : http::response_parser<http::string_body> {
    Parser()
    {
        eager(true);
        header_limit(longestHead);
        body_limit(longestBody);
    }
};

HttpResponse::HttpResponse() : parser_(std::make_unique<Parser>()) {}
HttpResponse::~HttpResponse() = default;
HttpResponse::HttpResponse(HttpResponse&&) noexcept = default;
HttpResponse& HttpResponse::operator=(HttpResponse&&) noexcept = default;

HttpResponse::State HttpResponse::bad(std::string why)
{
    why_ = std::move(why);
    return State::Bad;
}

HttpResponse::State HttpResponse::take(std::string_view bytes)
{
    begun_ = begun_ || !bytes.empty();
    untaken_ += bytes;
    boost::system::error_code reason;
    const auto taken = parser_->put(boost::asio::buffer(untaken_), reason);
    untaken_.erase(0, taken);
    if (reason == http::error::need_more) {
        // The parser's own limits hold for heads that it can read.
        return untaken_.size() <= longestHead ? State::Incomplete
                                              : bad("a line of it is longer than 16 KiB");
    }
    if (reason) return bad(reason.message());
    if (!parser_->is_done()) return State::Incomplete;
    return untaken_.empty() ? State::Complete : bad("more follows than one answer");
}

HttpResponse::State HttpResponse::end()
{
    if (!begun_) return State::Incomplete;
    boost::system::error_code reason;
    parser_->put_eof(reason);
    return reason ? State::Incomplete : State::Complete;
}

int HttpResponse::status() const
{
    return parser_->is_header_done() ? static_cast<int>(parser_->get().result_int()) : 0;
}

const std::string& HttpResponse::body() const
{
    return parser_->get().body();
}

bool HttpResponse::keepsAlive() const
{
    return parser_->is_done() && parser_->get().keep_alive();
}

} // namespace spillway
