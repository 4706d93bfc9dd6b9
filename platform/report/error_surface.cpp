#include "platform/report/error_surface.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <cmath>
#include <cstdlib>

#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

constexpr std::size_t kSide = 256;
constexpr int kMiddle = 127;  ///< palette entry of no error; 0 and 254 are the worst

using Colour = std::array<double, 3>;

/// From dark blue over near white to dark red, readable with the common colour-vision deficiencies.
Colour colour_of(int entry) {
    constexpr Colour kBlue{33, 102, 172}, kWhite{247, 247, 247}, kRed{178, 24, 43};
    const Colour& end = entry < kMiddle ? kBlue : kRed;
    const double share = std::abs(entry - kMiddle) / static_cast<double>(kMiddle);
    Colour c{};
    for (std::size_t i = 0; i < 3; ++i) c[i] = std::round(kWhite[i] + share * (end[i] - kWhite[i]));
    return c;
}

void append_u32(std::string& out, std::uint32_t x) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(x >> shift & 255);
}

void append_chunk(std::string& out, const std::string& type, const std::string& data) {
    append_u32(out, static_cast<std::uint32_t>(data.size()));
    boost::crc_32_type crc;
    crc.process_bytes(type.data(), type.size());
    crc.process_bytes(data.data(), data.size());
    out += type + data;
    append_u32(out, crc.checksum());
}

/// RFC 1950 with stored blocks: the pictures are small.
std::string zlib_stored(const std::string& data) {
    constexpr std::size_t kLongest = 65535;
    std::string out{"\x78\x01", 2};
    std::uint32_t low = 1, high = 0;
    for (const char byte : data) {
        low = (low + static_cast<unsigned char>(byte)) % 65521;
        high = (high + low) % 65521;
    }
    for (std::size_t at = 0; at < data.size(); at += kLongest) {
        const std::size_t size = std::min(kLongest, data.size() - at);
        const bool last = at + size == data.size();
        const auto length = static_cast<std::uint16_t>(size);
        const auto complement = static_cast<std::uint16_t>(~length);
        out += static_cast<char>(last);
        for (const std::uint16_t word : {length, complement}) {
            out += static_cast<char>(word & 255);
            out += static_cast<char>(word >> 8);
        }
        out.append(data, at, size);
    }
    append_u32(out, high << 16 | low);
    return out;
}

std::string base64(const std::string& data) {
    constexpr const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < data.size(); i += 3) {
        const std::size_t n = std::min<std::size_t>(3, data.size() - i);
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k)
            word = word << 8 | (k < n ? static_cast<unsigned char>(data[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[word >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

}  // namespace

ErrorSurface error_surface(const Multiplier& multiplier, Encoding encoding) {
    ErrorSurface surface;
    surface.first_weight = encoding == Encoding::signed_codes ? -128 : 0;
    surface.errors.reserve(kSide * kSide);
    for (int w = 0; w < 256; ++w) {
        for (int a = 0; a < 256; ++a) {
            const int error = multiplier_error(multiplier, surface.first_weight + w, a);
            surface.errors.push_back(error);
            surface.worst = std::max(surface.worst, std::abs(error));
        }
    }
    return surface;
}

std::string error_surface_png(const ErrorSurface& surface) {
    std::string palette, points;
    for (int entry = 0; entry <= 2 * kMiddle; ++entry)
        for (const double channel : colour_of(entry)) palette += static_cast<char>(static_cast<int>(channel));
    const double scale = surface.worst == 0 ? 0 : static_cast<double>(kMiddle) / surface.worst;
    for (std::size_t row = kSide; row-- > 0;) {
        points += '\0';  // no filter
        for (std::size_t a = 0; a < kSide; ++a)
            points += static_cast<char>(kMiddle + std::lround(surface.errors[row * kSide + a] * scale));
    }
    std::string header;
    append_u32(header, kSide);
    append_u32(header, kSide);
    header += std::string{"\x08\x03\0\0\0", 5};  // 8 bits a point, palette
    std::string out = "\x89PNG\r\n\x1a\n";
    append_chunk(out, "IHDR", header);
    append_chunk(out, "PLTE", palette);
    append_chunk(out, "IDAT", zlib_stored(points));
    append_chunk(out, "IEND", "");
    return out;
}

std::string error_surface_svg(const ErrorSurface& surface, const std::string& title) {
    constexpr double kLeft = 70, kTop = 50, kSize = 512, kBar = 610;
    const std::string name = escape_html(title);
    std::string out = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 630" role="img" aria-label="Error surface of {0}" font-family="sans-serif" font-size="13" fill="#222">)"
        R"(<title>Error surface of {0}</title><desc>exact - approximate over all operand pairs; largest magnitude {1}</desc>)"
        R"(<rect width="720" height="630" fill="#fff"/><text x="{2}" y="28" font-size="16">{0}</text>)"
        R"(<image x="{2}" y="{3}" width="{4}" height="{4}" style="image-rendering:pixelated" href="data:image/png;base64,{5}"/>)"
        R"(<rect x="{2}" y="{3}" width="{4}" height="{4}" fill="none" stroke="#222"/>)",
        name, surface.worst, kLeft, kTop, kSize, base64(error_surface_png(surface)));
    const double bottom = kTop + kSize;
    for (int tick = 0; tick <= 256; tick += 64) {
        const int value = std::min(tick, 255);
        const double at = 2.0 * value + 1;
        out += fmt::format(R"(<path d="M{0} {1}v6M{2} {3}h-6" stroke="#222"/>)", kLeft + at, bottom, kLeft,
                           bottom - at);
        out += fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">{}</text>)", kLeft + at, bottom + 20,
                           value);
        out += fmt::format(R"(<text x="{}" y="{}" text-anchor="end">{}</text>)", kLeft - 9, bottom - at + 4,
                           surface.first_weight + value);
    }
    out += fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">activation A</text>)", kLeft + kSize / 2,
                       bottom + 42);
    out += fmt::format(
        R"svg(<text transform="translate(22 {}) rotate(-90)" text-anchor="middle">weight W</text>)svg",
        kTop + kSize / 2);
    constexpr int kSteps = 2 * kMiddle + 1;
    for (int entry = 0; entry < kSteps; entry += 2) {
        const Colour c = colour_of(entry);
        out += fmt::format(
            R"svg(<rect x="{}" y="{:.2f}" width="18" height="{:.2f}" fill="rgb({},{},{})"/>)svg", kBar,
            bottom - (entry + 2) * kSize / (kSteps + 1), 2 * kSize / (kSteps + 1) + 0.5, c[0], c[1], c[2]);
    }
    for (const int sign : {1, 0, -1})
        out += fmt::format(R"(<text x="{}" y="{}">{}</text>)", kBar + 24, kTop + kSize / 2 * (1 - sign) + 4,
                           sign * surface.worst);
    out += fmt::format(R"(<text x="{}" y="{}" text-anchor="middle">exact - approximate</text>)", kBar + 30,
                       bottom + 42);
    return out + "</svg>\n";
}

std::string error_surface_text(const ErrorSurface& surface) {
    constexpr std::size_t kRows = 16, kColumns = 32, kHigh = kSide / kRows, kWide = kSide / kColumns;
    constexpr std::array<const char*, 5> kShades{" ", "\u2591", "\u2592", "\u2593", "\u2588"};
    std::array<double, kRows * kColumns> mean{};
    for (std::size_t i = 0; i < surface.errors.size(); ++i)
        mean[i / kSide / kHigh * kColumns + i % kSide / kWide] +=
            std::abs(surface.errors[i]) / static_cast<double>(kHigh * kWide);
    const double largest = *std::max_element(mean.begin(), mean.end());
    std::string out = fmt::format("mean |exact - approximate|, darkest {:.4g}\n", largest);
    for (std::size_t row = kRows; row-- > 0;) {
        const bool labelled = row == kRows - 1 || row == 0;
        const int weight = surface.first_weight + (row == 0 ? 0 : 255);
        out += labelled ? fmt::format("{:>6} |", fmt::format("W={}", weight)) : "       |";
        for (std::size_t column = 0; column < kColumns; ++column) {
            const double share = largest > 0 ? mean[row * kColumns + column] / largest : 0;
            out += kShades[static_cast<std::size_t>(std::lround(share * (kShades.size() - 1)))];
        }
        out += "|\n";
    }
    return out + "        A=0                        A=255\n";
}

}  // namespace approxtlm::platform
