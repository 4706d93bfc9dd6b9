#pragma once

#include <string>
#include <utility>
#include <vector>

namespace approxtlm::power {

/// Yosys JSON of one module by hand. Bits are numbers from 2 or "0", "1" in quotes.
class NetlistText {
public:
    NetlistText& input(const std::string& name, const std::string& bits) { return port(name, "input", bits); }
    NetlistText& output(const std::string& name, const std::string& bits) {
        return port(name, "output", bits);
    }
    NetlistText& cell(const std::string& name, const std::string& type,
                      const std::vector<std::pair<std::string, std::string>>& pins) {
        std::string connections;
        for (const auto& [pin, bit] : pins)
            connections += (connections.empty() ? "" : ", ") + ("\"" + pin + "\": [" + bit + "]");
        cells_ += (cells_.empty() ? "" : ",\n") +
                  ("\"" + name + "\": {\"type\": \"" + type + "\", \"connections\": {" + connections + "}}");
        return *this;
    }
    std::string json() const {
        return "{\"modules\": {\"m\": {\"ports\": {" + ports_ + "}, \"cells\": {" + cells_ + "}}}}";
    }

private:
    NetlistText& port(const std::string& name, const char* direction, const std::string& bits) {
        ports_ += (ports_.empty() ? "" : ", ") +
                  ("\"" + name + "\": {\"direction\": \"" + direction + "\", \"bits\": [" + bits + "]}");
        return *this;
    }
    std::string ports_, cells_;
};

}  // namespace approxtlm::power
