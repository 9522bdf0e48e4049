"""An artist's SVG file -> the small, strict SVG that the pack holds.

What comes out has one form, so that a reader of a hundred lines can find every paint in it:
  - elements: svg, defs, g, path, rect, circle, ellipse, line, polyline, polygon, linearGradient, radialGradient, stop,
    clipPath, mask, pattern; no scripts, texts, embedded pictures, animations, filters or metadata;
  - every drawn shape has its own fill, and its stroke where it has one: "none", "#rrggbb" or "url(#id)" of a gradient or
    pattern in the same file; every stop has its stop-color. Nothing is inherited, no style attributes, no classes;
  - no reference leaves the file: <use> is written out and gradients hold their own stops, so that href does not occur;
  - ids that are referred to are kept; numbers are rounded to a twentieth of a pixel at 512 pixels.
"""

import math
import re
import xml.etree.ElementTree as ElementTree

TARGET_PIXELS = 512
SHAPES = {
    "path": ["d"],
    "rect": ["x", "y", "width", "height", "rx", "ry"],
    "circle": ["cx", "cy", "r"],
    "ellipse": ["cx", "cy", "rx", "ry"],
    "line": ["x1", "y1", "x2", "y2"],
    "polyline": ["points"],
    "polygon": ["points"],
}
GRADIENTS = {
    "linearGradient": ["x1", "y1", "x2", "y2"],
    "radialGradient": ["cx", "cy", "r", "fx", "fy"],
}
GRADIENT_COMMON = ["gradientUnits", "gradientTransform", "spreadMethod"]
# Inherited properties that a shape may need, with their initial values.
INHERITED = {
    "fill": "black",
    "stroke": "none",
    "color": "black",
    "fill-rule": "nonzero",
    "clip-rule": "nonzero",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "stroke-miterlimit": "4",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
    "visibility": "visible",
}
OWN = ["opacity", "clip-path", "mask", "display", "stop-color", "stop-opacity"]
PROPERTIES = set(INHERITED) | set(OWN)
COLOUR_NAMES = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "gray": "#808080",
    "grey": "#808080", "silver": "#c0c0c0", "yellow": "#ffff00", "orange": "#ffa500", "maroon": "#800000",
    "navy": "#000080", "purple": "#800080", "lime": "#00ff00", "aqua": "#00ffff", "fuchsia": "#ff00ff",
    "teal": "#008080", "olive": "#808000", "pink": "#ffc0cb", "brown": "#a52a2a", "azure": "#f0ffff",
}
PIXELS_OF_UNIT = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class BadDrawing(Exception):
    """What in a file cannot be taken over."""


def local_name(element):
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def properties_of(element):
    """Presentation attributes, over which the style attribute wins."""
    found = {name: value.strip() for name, value in element.attrib.items() if name in PROPERTIES}
    for declaration in element.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in PROPERTIES:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def opacity_of(text):
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    return min(1.0, max(0.0, value))


def colour_of(text, current):
    """"#rrggbb"; an ICC colour after the sRGB one is left out."""
    text = text.strip().lower()
    if text == "currentcolor":
        text = current.strip().lower()
    if text in COLOUR_NAMES:
        return COLOUR_NAMES[text]
    match = re.match(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", text)
    if match:
        digits = match.group(1)
        return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    match = re.match(r"rgba?\(([^)]*)\)", text)
    if match:
        parts = [part.strip() for part in match.group(1).split(",")[:3]]
        values = [float(p[:-1]) * 2.55 if p.endswith("%") else float(p) for p in parts]
        return "#" + "".join("%02x" % min(255, max(0, round(value))) for value in values)
    raise BadDrawing("the colour " + repr(text))


def alpha_of(text):
    """Of a colour; 1 but for rgba()."""
    match = re.match(r"\s*rgba\(([^)]*)\)", text)
    return opacity_of(match.group(1).split(",")[3].strip()) if match else 1.0


def reference_of(text):
    match = re.match(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)", text or "")
    return match.group(1) if match else None


def length_of(text, default=0.0):
    match = re.fullmatch(r"\s*(" + NUMBER.pattern + r")\s*(px|pt|pc|mm|cm|in)?\s*", text or "")
    return float(match.group(1)) * PIXELS_OF_UNIT[match.group(2) or ""] if match else default


def number(value, decimals):
    text = "%.*f" % (max(0, decimals), value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def significant(value, digits=6):
    if value == 0:
        return "0"
    return number(value, digits - 1 - math.floor(math.log10(abs(value))))


def numbers_in(text):
    return [float(match) for match in NUMBER.findall(text or "")]


def scale_of(transform):
    """The larger of the two stretches of a transform attribute; 1 where there is none."""
    matrix = (1.0, 0.0, 0.0, 1.0)
    for name, arguments in re.findall(r"(\w+)\s*\(([^)]*)\)", transform or ""):
        values = numbers_in(arguments)
        if name == "matrix":
            step = tuple(values[:4])
        elif name == "scale":
            step = (values[0], 0.0, 0.0, values[1] if len(values) > 1 else values[0])
        elif name == "rotate":
            angle = math.radians(values[0])
            step = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
        elif name == "skewX":
            step = (1.0, 0.0, math.tan(math.radians(values[0])), 1.0)
        elif name == "skewY":
            step = (1.0, math.tan(math.radians(values[0])), 0.0, 1.0)
        else:
            continue
        a, b, c, d = matrix
        e, f, g, h = step
        matrix = (a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h)
    a, b, c, d = matrix
    half, rest = (a * a + b * b + c * c + d * d) / 2, abs(a * d - b * c)
    return math.sqrt(half + math.sqrt(max(0.0, half * half - rest * rest)))


def transform_text(text):
    """Canonical: NAME(a b ...) with six significant digits; "" for the identity."""
    steps = []
    for name, arguments in re.findall(r"(\w+)\s*\(([^)]*)\)", text or ""):
        values = [significant(value) for value in numbers_in(arguments)]
        if (name, values) not in (("translate", ["0", "0"]), ("translate", ["0"]), ("scale", ["1"]), ("scale", ["1", "1"])):
            steps.append(name + "(" + " ".join(values) + ")")
    return "".join(steps)


# ---- paths

ARGUMENTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
PATH_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|(" + NUMBER.pattern + r")|[\s,]+")


def arc_tokens(text, at):
    """The seven numbers of one arc from `at` on; its two flags may stand without a blank after them."""
    values = []
    while len(values) < 7:
        while at < len(text) and text[at] in " ,\t\r\n":
            at += 1
        match = re.compile(r"[01]").match(text, at) if len(values) in (3, 4) else NUMBER.match(text, at)
        if not match:
            return None, at
        values.append(float(match.group()))
        at = match.end()
    return values, at


def path_segments(text):
    """[(letter, arguments)], as far as the path is well-formed (SVG 2, 9.5.4: a renderer draws so far)."""
    segments, at, letter = [], 0, None
    while at < len(text):
        if text[at] in " ,\t\r\n":
            at += 1
            continue
        if text[at].lower() in ARGUMENTS:
            letter = text[at]
            at += 1
            if letter in "Zz":
                segments.append((letter, []))
                continue
        elif letter is None or letter in "Zz":
            return segments
        if letter in "Aa":
            values, at = arc_tokens(text, at)
            if values is None:
                return segments
        else:
            values = []
            while len(values) < ARGUMENTS[letter.lower()]:
                while at < len(text) and text[at] in " ,\t\r\n":
                    at += 1
                match = NUMBER.match(text, at)
                if not match:
                    return segments
                values.append(float(match.group()))
                at = match.end()
        segments.append((letter, values))
        letter = {"M": "L", "m": "l"}.get(letter, letter)
    return segments


class PathWriter:
    """Relative commands, each from the rounded end of the one before, so that rounding does not add up."""

    def __init__(self, decimals):
        self.decimals, self.parts, self.letter = decimals, [], ""
        self.exact, self.rounded = [0.0, 0.0], [0.0, 0.0]
        self.start_exact, self.start_rounded = [0.0, 0.0], [0.0, 0.0]

    def offset(self, absolute, axis):
        return round(absolute - self.rounded[axis], self.decimals)

    def move(self, axis, absolute):
        step = self.offset(absolute, axis)
        self.exact[axis] = absolute
        self.rounded[axis] = round(self.rounded[axis] + step, self.decimals)
        return step

    def emit(self, letter, values, flags=()):
        text = letter if letter != self.letter or letter in "mz" else ""
        for index, value in enumerate(values):
            token = str(int(value)) if index in flags else number(value, self.decimals + (letter == "a" and index < 2))
            text += token if token.startswith("-") or text[-1:] in tuple(ARGUMENTS) else " " + token
        self.letter = letter
        self.parts.append(text)

    def add(self, letter, values):
        small, relative = letter.lower(), letter.islower()
        base = list(self.exact) if relative else [0.0, 0.0]
        if small == "z":
            self.exact, self.rounded = list(self.start_exact), list(self.start_rounded)
            return self.emit("z", [])
        if small in "hv":
            axis = 0 if small == "h" else 1
            return self.emit(small, [self.move(axis, base[axis] + values[0])])
        if small == "a":
            return self.add_arc(values, base)
        points = [base[i % 2] + value for i, value in enumerate(values)]
        steps = [self.offset(point, i % 2) for i, point in enumerate(points[:-2])]
        steps += [self.move(0, points[-2]), self.move(1, points[-1])]
        self.emit(small, steps)
        if small == "m":
            self.start_exact, self.start_rounded = list(self.exact), list(self.rounded)

    def add_arc(self, values, base):
        radii, end = [abs(values[0]), abs(values[1])], [base[0] + values[5], base[1] + values[6]]
        chord = math.dist(end, self.exact) / 2
        # A half circle whose radius is a trace too long for its rounded chord would be flattened much; too short a
        # radius is stretched by the renderer to the exact half circle (SVG 2, appendix B.2.5).
        if radii[0] == radii[1] and abs(chord - radii[0]) < 10.0 ** (1 - self.decimals):
            radii = [0.98 * radius for radius in radii]
        self.emit("a", radii + values[2:5] + [self.move(0, end[0]), self.move(1, end[1])], flags=(3, 4))

    def text(self):
        return "".join(self.parts)


def path_text(text, decimals):
    writer = PathWriter(decimals)
    for letter, values in path_segments(text):
        writer.add(letter, values)
    return writer.text()


# ---- the drawing

def attribute_text(value):
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def element_text(name, attributes, children=""):
    head = "<" + name + "".join(' %s="%s"' % (key, attribute_text(value)) for key, value in attributes if value != "")
    return head + (">" + children + "</" + name + ">" if children else "/>")


class Cleaner:
    def __init__(self, root):
        self.root = root
        self.by_id = {}
        for element in root.iter():
            if element.get("id"):
                self.by_id.setdefault(element.get("id"), element)
        self.view = self.view_box()
        self.definitions = {}  # id -> text, in the order of first use
        self.dropped = set()  # what was left out that can be seen, for people to look at

    def view_box(self):
        values = numbers_in(self.root.get("viewBox"))
        if len(values) == 4 and values[2] > 0 and values[3] > 0:
            return values
        width, height = (length_of(self.root.get(side)) for side in ("width", "height"))
        if width <= 0 or height <= 0:
            raise BadDrawing("neither viewBox nor width and height")
        return [0.0, 0.0, width, height]

    def decimals(self, scale):
        """So many that half a step of the last one is a twentieth of a pixel at TARGET_PIXELS, at most."""
        pixels_a_unit = TARGET_PIXELS / max(self.view[2], self.view[3]) * max(scale, 1e-9)
        return max(0, math.ceil(math.log10(10 * pixels_a_unit)))

    def clean(self):
        state = {"style": dict(INHERITED), "scale": 1.0, "depth": 0, "clip": False}
        state["style"].update({k: v for k, v in properties_of(self.root).items() if k in INHERITED and v != "inherit"})
        body = "".join(self.element(child, state) for child in self.root)
        definitions = "".join(text for text in self.definitions.values())
        if not body:
            raise BadDrawing("nothing is drawn")
        view = " ".join(significant(value) for value in self.view)
        return element_text("svg", [("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", view)],
                            (element_text("defs", [], definitions) if definitions else "") + body)

    def element(self, element, state):
        name = local_name(element)
        if state["depth"] > 60:
            raise BadDrawing("elements nested too deep")
        if name in ("text", "image"):
            self.dropped.add(name)
        if name not in SHAPES and name not in ("g", "a", "svg", "use", "switch"):
            return ""
        own = properties_of(element)
        if own.get("display") == "none":
            return ""
        style = dict(state["style"])
        style.update({key: value for key, value in own.items() if key in INHERITED and value != "inherit"})
        inner = {**state, "style": style, "depth": state["depth"] + 1,
                 "scale": state["scale"] * scale_of(element.get("transform"))}
        common = self.common_attributes(element, own, inner)
        if common is None:
            return ""
        if name in SHAPES:
            return self.shape(element, name, common, inner)
        if name == "use":
            return self.use(element, common, inner)
        children = list(element)
        if name == "switch":
            children = [child for child in children if local_name(child) in ("g", "a", "svg", *SHAPES)][:1]
        return self.group(common, "".join(self.element(child, inner) for child in children))

    def group(self, common, body):
        if not body or not common:
            return body
        return element_text("g", common, body)

    def common_attributes(self, element, own, state):
        """Transform, opacity, clip and mask; None where nothing would be seen."""
        opacity = opacity_of(own.get("opacity", "1"))
        if opacity == 0 and not state["clip"]:
            return None
        attributes = [("transform", transform_text(element.get("transform")))]
        if opacity < 1 and not state["clip"]:
            attributes.append(("opacity", number(opacity, 3)))
        for key in ("clip-path", "mask"):
            target = reference_of(own.get(key))
            if target in self.by_id and local_name(self.by_id[target]) == ("mask" if key == "mask" else "clipPath"):
                self.container(target, state)
                attributes.append((key, "url(#%s)" % target))
        return [(key, value) for key, value in attributes if value != ""]

    def container(self, target, state):
        """A clip path, mask or pattern among the definitions."""
        if target in self.definitions:
            return
        self.definitions[target] = ""
        element = self.by_id[target]
        name = local_name(element)
        style = dict(INHERITED)
        style.update({k: v for k, v in properties_of(element).items() if k in INHERITED and v != "inherit"})
        inner = {**state, "style": style, "clip": name == "clipPath", "depth": state["depth"] + 1}
        body = "".join(self.element(child, inner) for child in element)
        attributes = [("id", target)]
        for key in ("clipPathUnits", "maskUnits", "maskContentUnits", "patternUnits", "patternContentUnits", "x", "y", "width",
                    "height", "viewBox"):
            attributes.append((key, element.get(key, "")))
        for key in ("transform", "patternTransform"):
            attributes.append((key, transform_text(element.get(key))))
        own = properties_of(element)
        clip = reference_of(own.get("clip-path"))
        if clip in self.by_id:
            self.container(clip, state)
            attributes.append(("clip-path", "url(#%s)" % clip))
        text = self.definitions.pop(target)
        text = element_text(name, attributes, body)
        self.definitions[target] = text

    def use(self, element, common, state):
        target = (element.get(XLINK_HREF) or element.get("href") or "").lstrip("#")
        if target not in self.by_id:
            return ""
        source = self.by_id[target]
        x, y = length_of(element.get("x")), length_of(element.get("y"))
        shift = "translate(%s %s)" % (significant(x), significant(y)) if x or y else ""
        transform = dict(common).get("transform", "") + shift
        common = [("transform", transform)] * bool(transform) + [pair for pair in common if pair[0] != "transform"]
        if local_name(source) != "symbol":
            return self.group(common, self.element(source, state))
        body = "".join(self.element(child, state) for child in source)
        view = numbers_in(source.get("viewBox"))
        if len(view) == 4 and element.get("width"):
            factor = min(length_of(element.get("width")) / view[2], length_of(element.get("height")) / view[3])
            # Symbols are clipped to their box; none of the drawings reaches beyond it.
            fit = "scale(%s)" % significant(factor) if factor != 1 else ""
            move = "translate(%s %s)" % (significant(-view[0]), significant(-view[1])) if view[0] or view[1] else ""
            if fit + move:
                body = element_text("g", [("transform", fit + move)], body)
        return self.group(common, body)

    def shape(self, element, name, common, state):
        style, decimals = state["style"], self.decimals(state["scale"])
        if style["visibility"] in ("hidden", "collapse"):
            return ""
        geometry = self.geometry(element, name, decimals)
        if geometry is None:
            return ""
        if state["clip"]:
            rule = [("clip-rule", "evenodd")] if style["clip-rule"] == "evenodd" else []
            return element_text(name, geometry + rule + common)
        paint = self.paints(style, decimals, state)
        return element_text(name, geometry + paint + common) if paint else ""

    def geometry(self, element, name, decimals):
        found = []
        for key in SHAPES[name]:
            text = element.get(key)
            if text is None:
                continue
            if key == "d":
                found.append((key, path_text(text, decimals)))
            elif key == "points":
                found.append((key, " ".join(number(value, decimals) for value in numbers_in(text))))
            else:
                found.append((key, number(length_of(text), decimals)))
        if name in ("path", "polyline", "polygon") and not any(value for _, value in found):
            return None
        return found

    def paints(self, style, decimals, state):
        """Fill, stroke and what goes with them; [] where neither is seen."""
        fill, stroke = (self.paint(style[key], style["color"], state) for key in ("fill", "stroke"))
        fill_opacity, stroke_opacity = (opacity_of(style[k + "-opacity"]) * alpha_of(style[k]) for k in ("fill", "stroke"))
        width = length_of(style["stroke-width"], 1.0)
        fill = "none" if fill_opacity == 0 else fill
        stroke = "none" if stroke_opacity == 0 or width == 0 else stroke
        if fill == "none" and stroke == "none":
            return []
        found = [("fill", fill)]
        if fill != "none":
            found += [("fill-opacity", number(fill_opacity, 3))] * (fill_opacity < 1)
            found += [("fill-rule", "evenodd")] * (style["fill-rule"] == "evenodd")
        if stroke == "none":
            return found
        found += [("stroke", stroke), ("stroke-width", number(width, decimals + 1))]
        found += [("stroke-opacity", number(stroke_opacity, 3))] * (stroke_opacity < 1)
        for key in ("stroke-linecap", "stroke-linejoin", "stroke-miterlimit"):
            found += [(key, style[key])] * (style[key] != INHERITED[key])
        if style["stroke-dasharray"] != "none":
            found.append(("stroke-dasharray", " ".join(number(v, decimals + 1) for v in numbers_in(style["stroke-dasharray"]))))
            found += [("stroke-dashoffset", number(length_of(style["stroke-dashoffset"]), decimals + 1))]
        return found

    def paint(self, text, current, state):
        text = text.strip()
        if text.lower() in ("none", "transparent", ""):
            return "none"
        target = reference_of(text)
        if target is None:
            return colour_of(text, current)
        if target not in self.by_id:
            rest = text[text.index(")") + 1:].strip()
            return self.paint(rest, current, state) if rest else "none"
        kind = local_name(self.by_id[target])
        if kind == "pattern":
            return self.pattern(target, state)
        if kind not in GRADIENTS or not self.gradient(target):
            return "none"
        return "url(#%s)" % target

    def pattern(self, target, state):
        if self.by_id[target].get(XLINK_HREF):
            self.dropped.add("pattern")
            return "none"
        self.container(target, state)
        return "url(#%s)" % target

    def chain(self, target):
        """The gradient and those that it takes its missing attributes and stops from."""
        chain = []
        while target in self.by_id and self.by_id[target] not in chain:
            chain.append(self.by_id[target])
            target = (chain[-1].get(XLINK_HREF) or chain[-1].get("href") or "").lstrip("#")
        return chain

    def gradient(self, target):
        """Writes it among the definitions; False where it has no stops."""
        if target in self.definitions:
            return True
        chain = self.chain(target)
        name = local_name(chain[0])
        attributes = [("id", target)]
        for key in GRADIENTS[name] + GRADIENT_COMMON:
            value = next((link.get(key) for link in chain if link.get(key) is not None), None)
            if value is None:
                continue
            if key == "gradientTransform":
                value = transform_text(value)
            elif key in GRADIENTS[name] and not value.strip().endswith("%"):
                value = significant(length_of(value))
            attributes.append((key, value.strip()))
        stops = next((found for link in chain if (found := [s for s in link if local_name(s) == "stop"])), [])
        if not stops:
            return False
        self.definitions[target] = element_text(name, attributes, "".join(self.stop(stop) for stop in stops))
        return True

    def stop(self, stop):
        own = properties_of(stop)
        offset = stop.get("offset", "0").strip()
        value = float(offset[:-1]) / 100 if offset.endswith("%") else float(offset)
        opacity = opacity_of(own.get("stop-opacity", "1"))
        colour = own.get("stop-color", "black")
        # An invalid value counts as none given.
        attributes = [("offset", number(value, 4)), ("stop-color", colour_of("black" if colour == "none" else colour, "black"))]
        attributes += [("stop-opacity", number(opacity, 3))] * (opacity < 1)
        return element_text("stop", attributes)


def clean_svg(text):
    """(the cleaned SVG, what visible was left out). BadDrawing where the file cannot be taken over."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadDrawing("no XML: %s" % error) from error
    cleaner = Cleaner(root)
    return cleaner.clean(), cleaner.dropped
