#include "power/estimator/area.h"

#include "power/estimator/array_energy.h"

namespace approxtlm::power {

double array_area_um2(const Technology& technology, const AcceleratorConfig& config,
                      const PricedDesign& design) {
    const PeArrayConfig& array = config.pe_array;
    const bool per_mac = design.corrected && design.organization == CorrectionOrganization::per_mac;
    const PeVariant& pe = technology.pe(design.multiplier, design.encoding, per_mac);
    const CorrectionCells* cells =
        design.corrected ? &technology.correction(design.multiplier, design.encoding,
                                                  design.variate.value_or(default_variate(design.multiplier)))
                         : nullptr;
    double area = 0;
    for (std::size_t k = 0; k <= row_class(array.rows); ++k) {
        double row = array.columns * technology.pe_at(pe, k).area_um2;
        if (config.power.zero_gating) row += array.columns * technology.file.flip_flop.area_um2;
        if (cells != nullptr && !per_mac) row += technology.sum_x_at(*cells, k).area_um2;
        if (design.needs_sum_a) row += technology.sum_a_at(k).area_um2;
        area += rows_in_class(array.rows, k) * row;
    }
    if (cells != nullptr) area += array.columns * technology.mac_plus(*cells, array.rows).area_um2;
    return area;
}

}  // namespace approxtlm::power
