#include "power/liberty/liberty_text.h"

#include <zlib.h>

#include <algorithm>

#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm::power {
namespace {

// The largest known libraries are a few hundred MB; this stops a decompression bomb.
constexpr std::size_t kLongest = std::size_t{1} << 30;

bool is_gzip(const std::string& bytes) {
    return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

/// RFC 1952; several members one after the other are one text.
class Gunzip {
public:
    Gunzip(const std::string& path, const std::string& bytes) : path_(path) {
        constexpr int kGzipHeader = 16;
        if (inflateInit2(&stream_, MAX_WBITS + kGzipHeader) != Z_OK) throw std::bad_alloc();
        // zlib takes a pointer to non-const and does not write through it.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }
    ~Gunzip() { inflateEnd(&stream_); }
    Gunzip(const Gunzip&) = delete;
    Gunzip& operator=(const Gunzip&) = delete;

    std::string text() {
        for (;;) {
            const int status = inflate_block();
            if (out_.size() > kLongest)
                throw InputError(path_, "a longer library",
                                 "at most " + std::to_string(kLongest) + " bytes unpacked");
            if (status == Z_STREAM_END) {
                if (stream_.avail_in == 0) return std::move(out_);
                if (inflateReset(&stream_) != Z_OK) fail("a damaged gzip file");
            } else if (status == Z_BUF_ERROR ||
                       (status == Z_OK && stream_.avail_in == 0 && stream_.avail_out != 0)) {
                fail("a gzip file that ends early");
            } else if (status != Z_OK) {
                fail("a damaged gzip file");
            }
        }
    }

private:
    int inflate_block() {
        constexpr std::size_t kBlock = 1 << 22;
        const std::size_t before = out_.size();
        out_.resize(before + kBlock);
        stream_.next_out = reinterpret_cast<Bytef*>(out_.data() + before);
        stream_.avail_out = kBlock;
        const int status = inflate(&stream_, Z_NO_FLUSH);
        out_.resize(before + kBlock - stream_.avail_out);
        return status;
    }
    [[noreturn]] void fail(const std::string& got) const {
        throw InputError(path_, got + (stream_.msg != nullptr ? std::string(" (") + stream_.msg + ")" : ""),
                         "a complete gzipped Liberty file");
    }

    const std::string& path_;
    z_stream stream_{};
    std::string out_;
};

}  // namespace

LibertyText::LibertyText(const std::string& path) : path_(path), text_(read_text_file(path, kLongest)) {
    if (is_gzip(text_)) text_ = Gunzip(path_, text_).text();
}

std::string LibertyText::at(const char* place) const {
    const auto offset = static_cast<std::size_t>(place - text_.data());
    if (offset < known_offset_) known_offset_ = 0, known_line_ = 1;
    known_line_ +=
        static_cast<std::size_t>(std::count(text_.data() + known_offset_, text_.data() + offset, '\n'));
    known_offset_ = offset;
    return path_ + ":" + std::to_string(known_line_);
}

void LibertyText::fail(const char* place, const std::string& where, const std::string& got,
                       const std::string& expected) const {
    throw InputError(at(place) + ": " + where, got, expected);
}

}  // namespace approxtlm::power
