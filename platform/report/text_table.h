#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace approxtlm::platform {

/// Rows of equally many cells under `head_rows` of them and a rule; the first `text_columns` columns are left
/// aligned, figures right. `gaps`: spaces before each column, 2 where it is shorter.
std::string format_text_table(const std::vector<std::vector<std::string>>& rows, std::size_t head_rows,
                              std::size_t text_columns, const std::vector<std::size_t>& gaps = {0});

}  // namespace approxtlm::platform
