#pragma once

#include <string>

namespace approxtlm::platform {

inline std::string version() { return APPROXTLM_VERSION; }

}  // namespace approxtlm::platform
