#include "platform/report/text_table.h"

#include <algorithm>

namespace approxtlm::platform {

std::string format_text_table(const std::vector<std::vector<std::string>>& rows, std::size_t head_rows,
                              std::size_t text_columns, const std::vector<std::size_t>& gaps) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    const auto gap = [&](std::size_t column) { return column < gaps.size() ? gaps[column] : 2; };
    std::size_t total = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) total += gap(i) + widths[i];
    std::string out;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string padding(widths[i] - rows[r][i].size(), ' ');
            line +=
                std::string(gap(i), ' ') + (i < text_columns ? rows[r][i] + padding : padding + rows[r][i]);
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        if (r + 1 == head_rows) out += std::string(total, '-') + "\n";
    }
    return out;
}

}  // namespace approxtlm::platform
