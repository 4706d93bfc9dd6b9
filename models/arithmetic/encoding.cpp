#include "models/arithmetic/encoding.h"

#include "models/common/error.h"

namespace approxtlm {

Encoding parse_encoding(const std::string& text) {
    if (text == "unsigned") return Encoding::unsigned_codes;
    if (text == "signed") return Encoding::signed_codes;
    throw InputError("--encoding", "'" + text + "'", "unsigned or signed");
}

std::string to_string(Encoding encoding) {
    return encoding == Encoding::signed_codes ? "signed" : "unsigned";
}

int weight_value(std::uint8_t code, Encoding encoding) {
    return encoding == Encoding::signed_codes && code >= 128 ? code - 256 : code;
}

}  // namespace approxtlm
