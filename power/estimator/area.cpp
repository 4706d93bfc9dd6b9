#include "power/estimator/area.h"

namespace approxtlm::power {

double array_area_um2(const Technology& technology, const PeArrayConfig& array, const PricedDesign& design) {
    const bool per_mac = design.corrected && design.organization == CorrectionOrganization::per_mac;
    const double rows = array.rows, columns = array.columns;
    double area = rows * columns * technology.pe(design.multiplier, per_mac).area_um2;
    if (design.corrected) area += columns * technology.mac_plus_area_um2(design.multiplier);
    if (design.corrected && !per_mac) area += rows * technology.sum_x_pe_area_um2(design.multiplier);
    if (design.needs_sum_a) area += rows * technology.sum_a_pe_area_um2();
    return area;
}

}  // namespace approxtlm::power
