#include "power/characterize/pe_row_cache.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/common/text_file.h"

namespace approxtlm::power {

PeRow cached_pe_row(const std::string& file, const std::function<PeRow()>& make) {
    using nlohmann::json;
    constexpr std::size_t kLargestFile = 1 << 20;
    if (std::filesystem::exists(file)) {
        try {
            const json in = json::parse(read_text_file(file, kLargestFile));
            PeRow row;
            in.at("coefficient_fj").get_to(row.model.coefficient_fj);
            row.leakage_nw = in.at("leakage_nw");
            row.area_um2 = in.at("area_um2");
            row.slack_ps = in.at("slack_ps");
            row.error = {in.at("mean_percent"), in.at("worst_percent"), in.at("streams"),
                         in.at("worst_stream")};
            return row;
        } catch (const json::exception&) {  // damaged: found anew
        }
    }
    const PeRow row = make();
    const json out{{"coefficient_fj", row.model.coefficient_fj},
                   {"leakage_nw", row.leakage_nw},
                   {"area_um2", row.area_um2},
                   {"slack_ps", row.slack_ps},
                   {"mean_percent", row.error.mean_percent},
                   {"worst_percent", row.error.worst_percent},
                   {"streams", row.error.streams},
                   {"worst_stream", row.error.worst_stream}};
    write_file(file, out.dump(1) + "\n");
    return row;
}

}  // namespace approxtlm::power
