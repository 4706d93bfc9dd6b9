#include "power/characterize/variants.h"

#include "models/common/error.h"

namespace approxtlm::power {

std::vector<Variant> default_variants() {
    std::vector<Multiplier> multipliers;
    const auto add = [&](MultiplierFamily family, int first, int last) {
        for (int m = first; m <= last; ++m) multipliers.push_back({family, m, nullptr});
    };
    add(MultiplierFamily::exact, 0, 0);
    add(MultiplierFamily::perforated, 1, 3);
    add(MultiplierFamily::recursive, 2, 5);
    add(MultiplierFamily::truncated, 4, 9);
    std::vector<Variant> variants;
    for (const Multiplier& m : multipliers) {
        variants.push_back({m, Encoding::unsigned_codes, false});
        variants.push_back({m, Encoding::signed_codes, false});
        if (m.family != MultiplierFamily::exact) variants.push_back({m, Encoding::unsigned_codes, true});
    }
    return variants;
}

std::vector<Variant> parse_variants(const std::string& option, const std::string& text) {
    std::vector<Variant> variants;
    std::string rest = text + ",";
    while (!rest.empty()) {
        std::string name = rest.substr(0, rest.find(','));
        rest = rest.substr(rest.find(',') + 1);
        const std::string whole = name;
        Variant v;
        const auto take = [&](const std::string& suffix) {
            if (name.size() < suffix.size() || name.substr(name.size() - suffix.size()) != suffix)
                return false;
            name.resize(name.size() - suffix.size());
            return true;
        };
        v.per_mac = take("/per_mac");
        if (take("/signed")) v.weights = Encoding::signed_codes;
        try {
            v.multiplier = parse_multiplier(name);
        } catch (const InputError&) {
            throw InputError(option, "'" + whole + "'",
                             "names such as truncated:7, truncated:7/signed, "
                             "truncated:7/per_mac, separated by commas");
        }
        if (v.multiplier.family == MultiplierFamily::table)
            throw InputError(option, "'" + whole + "'",
                             "a family; a circuit comes with --multiplier-verilog");
        if (v.per_mac && v.multiplier.family == MultiplierFamily::exact)
            throw InputError(option, "'" + whole + "'",
                             "an approximate multiplier: exact ones need no sum x");
        variants.push_back(v);
    }
    return variants;
}

}  // namespace approxtlm::power
