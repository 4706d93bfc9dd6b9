#pragma once

#include <string>

namespace approxtlm::power {

/// A library of straight lines, so that every delay and energy can be worked out by hand. Units: ns, pF, nW,
/// 2 V: 1 pF V^2 = 1000 fJ. Delays (ps) over input transition s (10 to 30 ps) and load c (1 to 3 fF):
///   INV        A: 1 fF rising, 1.2 fF falling;  rise 10 + 0.1 (s - 10) + 2 (c - 1), fall twice the constant
///              transitions: rise 10 + 5 (c - 1), fall 12 + 2 (c - 1); energy: rise 2 fJ, fall 1 fJ
///   NAND2      A, B: 1 fF; delay from A: 5 ps, from B: 7 ps; transition 10 ps; energy from A 3 fJ, from B 4
///   fJ either
///              edge; A's own edges while B = 0: 0.5 fJ rising, 0.25 fJ falling
///   SLOWNAND2  NAND2 with delays of 50 ps and a transition of 25 ps, SLOWERNAND2 of 25.4 ps
///   DFF        CK: 2 fF, D: 1 fF; CK to Q 20 ps rising, 25 ps falling; transition 10 ps; setup 8 ps rising,
///   9 ps falling;
///              Q: 6 fJ rising, 5 fJ falling, on two rails that hold half each; CK: rising 1 fJ where D = Q
///              else 0, falling 1.5 fJ; D: 0.125 fJ an edge while CK = 0
///   PAIR       C = !A after 5 ps, S = A after 6 ps, but 4 ps after C at the earliest
///   TIE1       Y = 1
std::string tiny_liberty();

}  // namespace approxtlm::power
