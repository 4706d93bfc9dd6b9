#pragma once

#include <string>
#include <vector>

namespace approxtlm::platform {

/// & < > " ' as entities: safe in text and in quoted attributes.
std::string escape_html(const std::string& text);

/// One key of a chart: CSS class of its colour and the words beside it.
struct LegendEntry {
    std::string css_class, label;
};

/// An inline SVG picture under construction. Colours come from the page's style sheet by class, so that
/// light, dark and print share one picture. All text is escaped here.
class Svg {
public:
    /// `title` is what a screen reader says, `description` the numbers in words.
    Svg(double width, double height, const std::string& title, const std::string& description);

    /// `hint` appears when the pointer rests on the box.
    void box(double x, double y, double width, double height, const std::string& css_class,
             const std::string& hint);
    void line(double x1, double y1, double x2, double y2, const std::string& css_class);
    /// `anchor`: start, middle or end. `y` is the base line.
    void text(double x, double y, const std::string& anchor, const std::string& css_class,
              const std::string& words);
    /// Lays the entries out from (x, y) to the right, in as many lines as `width` asks for; returns the
    /// height used.
    double legend(double x, double y, double width, const std::vector<LegendEntry>& entries);

    std::string finish() const { return out_ + "</svg>"; }

    static double legend_height(double width, const std::vector<LegendEntry>& entries);

private:
    std::string out_;
};

/// Round tick values from 0 to at least `top`, about `count` of them.
std::vector<double> ticks(double top, int count);

/// 1200000 -> "1.2M", 300 -> "300".
std::string short_number(double value);

}  // namespace approxtlm::platform
