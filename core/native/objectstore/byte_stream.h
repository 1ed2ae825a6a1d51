#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace spillway {

using ByteBuffer = std::vector<std::byte>;

/// Writes values consecutively in the machine's native layout: both ends are the same program on
/// the same machine.
class ByteWriter {
public:
    template <class T>
    void put(const T& value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        append(&value, sizeof value);
    }
    template <class T>
    void putAll(std::span<const T> values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        put<std::uint64_t>(values.size());
        append(values.data(), values.size_bytes());
    }
    template <class T>
    void putAll(const std::vector<T>& values)
    {
        putAll(std::span<const T>(values));
    }
    void putText(std::string_view text) { putAll(std::span<const char>(text)); }
    std::span<const std::byte> bytes() const { return bytes_; }
    ByteBuffer take() { return std::move(bytes_); }

private:
    void append(const void* data, std::size_t size)
    {
        const auto* const first = static_cast<const std::byte*>(data);
        bytes_.insert(bytes_.end(), first, first + size);
    }
    ByteBuffer bytes_;
};

/// Reads what a ByteWriter wrote, and tolerates anything else: beyond the end every value is zero,
/// every list empty, and ok() is false from then on.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <class T>
    T get()
    {
        static_assert(std::is_trivially_copyable_v<T>);
        T value{};
        if (const auto from = next(sizeof value); !from.empty())
            std::memcpy(&value, from.data(), sizeof value);
        return value;
    }
    template <class T>
    std::vector<T> getAll()
    {
        std::vector<T> values;
        getAll(values);
        return values;
    }
    /// The same into existing memory.
    template <class T>
    void getAll(std::vector<T>& values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        values.clear();
        const auto count = get<std::uint64_t>();
        if (count > rest_.size() / sizeof(T)) return fail();
        values.resize(count);
        const auto from = next(count * sizeof(T));
        if (!from.empty()) std::memcpy(values.data(), from.data(), from.size());
    }
    std::string getText()
    {
        const auto text = getAll<char>();
        return {text.begin(), text.end()};
    }
    /// How many elements of at least `size` bytes follow: a length that exceeds the rest is a
    /// failure, before anything is allocated for it.
    std::size_t getCount(std::size_t size = 1)
    {
        const auto count = get<std::uint64_t>();
        if (count <= rest_.size() / size) return count;
        fail();
        return 0;
    }
    bool ok() const { return ok_; }
    /// Nothing failed and nothing is left.
    bool complete() const { return ok_ && rest_.empty(); }

private:
    std::span<const std::byte> next(std::size_t size)
    {
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const auto from = rest_.first(size);
        rest_ = rest_.subspan(size);
        return from;
    }
    void fail()
    {
        ok_ = false;
        rest_ = {};
    }

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

} // namespace spillway
