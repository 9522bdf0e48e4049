#!/usr/bin/env python3
"""Packs every drawing that the catalogue names into one file, and writes the credits beside it.

    pack.py [--packages node_modules] [--openclipart /usr/share/openclipart/svg] [--catalogue things.tsv] [--out FOLDER]

FOLDER/drawings.tar.xz holds SET/NAME.svg for each "SET:NAME" of the columns drawings and examiner, cleaned by
clean_svg.py, sorted, with the same bytes for the same sources. FOLDER/CREDITS.md names artists and licences.
A tar file is read by every tool there is, and compressing it as a whole finds what drawings of one artist share: a
quarter of the size of a zip file. `run` beside this file fetches the pinned sources first.
"""

import argparse
import io
import json
import lzma
import pathlib
import re
import sys
import tarfile
import xml.etree.ElementTree as ElementTree

from clean_svg import BadDrawing, clean_svg, local_name

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The licences that may enter: no share-alike, no GPL. By set: package, version, artist, where it comes from, licence.
SETS = {
    "twemoji": ("@iconify-json/twemoji", "1.2.5", "Twitter, Inc and other contributors", "https://github.com/jdecked/twemoji", "CC-BY-4.0"),
    "noto": ("@iconify-json/noto", "1.2.9", "Google LLC", "https://github.com/googlefonts/noto-emoji", "Apache-2.0"),
    "noto-v1": ("@iconify-json/noto-v1", "1.2.5", "Google LLC", "https://github.com/googlefonts/noto-emoji", "Apache-2.0"),
    "fluent-emoji-flat": ("@iconify-json/fluent-emoji-flat", "1.2.6", "Microsoft Corporation", "https://github.com/microsoft/fluentui-emoji", "MIT"),
    "streamline-emojis": ("@iconify-json/streamline-emojis", "1.2.4", "Streamline", "https://github.com/webalys-hq/streamline-vectors", "CC-BY-4.0"),
    "flat-color-icons": ("@iconify-json/flat-color-icons", "1.2.3", "Icons8", "https://github.com/icons8/flat-Color-icons", "MIT"),
    "meteocons": ("@iconify-json/meteocons", "1.2.4", "Bas Milius", "https://github.com/basmilius/weather-icons", "MIT"),
    "emojione": ("@iconify-json/emojione", "1.2.3", "EmojiOne 2", "https://github.com/EmojiTwo/emojitwo", "CC-BY-4.0"),
    "fxemoji": ("@iconify-json/fxemoji", "1.2.2", "Mozilla Foundation", "https://github.com/mozilla/fxemoji", "Apache-2.0"),
}
OPENCLIPART = "openclipart"
OPENCLIPART_VERSION = "0.18"
SVG = ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
       'viewBox="%g %g %g %g">%s</svg>')
# Text with many equal starts of numbers: four bits of the byte before as context, no alignment. 32 MiB hold it all.
XZ = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0, "dict_size": 32 << 20}]


class PackError(Exception):
    """What stands in the way, with its place."""


def named_drawings(catalogue):
    """Every SET:NAME of the catalogue, sorted."""
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    names = set()
    for line in lines[1:]:
        cells = dict(zip(columns, line.split("\t")))
        for column in ("drawings", "examiner"):
            names.update(text.rstrip("<>@") for text in cells.get(column, "").split())
    return sorted(names, key=lambda name: name.split(":", 1))


class IconSets:
    """The npm packages, each checked to be the version and under the licence of SETS when it is first asked."""

    def __init__(self, folder):
        self.folder, self.open = folder, {}

    def read(self, name):
        package, version, _, _, licence = SETS[name]
        folder = self.folder / package
        try:
            found = json.loads((folder / "package.json").read_text())["version"]
            icons = json.loads((folder / "icons.json").read_text())
            terms = json.loads((folder / "info.json").read_text())["license"]["spdx"]
        except OSError as error:
            raise PackError("%s: %s; run `npm ci` first" % (package, error)) from error
        if found != version:
            raise PackError("%s is version %s, it must be %s" % (package, found, version))
        if terms != licence:
            raise PackError("%s is under %s, not %s" % (package, terms, licence))
        return icons

    def svg(self, name, drawing):
        if name not in self.open:
            self.open[name] = self.read(name)
        icons = self.open[name]
        icon = icons["icons"].get(drawing)
        if icon is None:
            raise PackError("%s has no drawing %s" % (SETS[name][0], drawing))
        side = {key: icon.get(key, icons.get(key, default)) for key, default in
                (("left", 0), ("top", 0), ("width", 16), ("height", 16))}
        return SVG % (side["left"], side["top"], side["width"], side["height"], icon["body"])


def rights_of(text):
    """(the artist, the address of the licence) from a file's RDF metadata; "" where it does not say."""
    root = ElementTree.fromstring(text)
    work = next((element for element in root.iter() if local_name(element) == "Work"), None)
    if work is None:
        return "", ""
    creator = next((child for child in work if local_name(child) == "creator"), ())
    titles = [element.text or "" for element in creator for element in element.iter() if local_name(element) == "title"]
    licences = [value for child in work if local_name(child) == "license"
                for key, value in child.attrib.items() if key.endswith("resource")]
    return " ".join("".join(titles).split()), "".join(licences)


class Openclipart:
    """The files of Debian's openclipart-svg; each must say itself that it is in the public domain."""

    def __init__(self, folder):
        # A drawing's name is its path with "__" for each "/"; file names hold "__" too.
        self.files = {str(path.relative_to(folder).with_suffix("")).replace("/", "__"): path for path in folder.rglob("*.svg")}
        self.artists = {}

    def svg(self, drawing):
        path = self.files.get(drawing)
        if path is None:
            raise PackError("no drawing %s; install Debian's package openclipart-svg" % drawing)
        text = path.read_bytes()
        artist, licence = rights_of(text)
        if "publicdomain" not in licence.lower():
            raise PackError("%s is not in the public domain: %r" % (path, licence))
        self.artists.setdefault(artist or "unnamed", []).append(drawing)
        return text


def tar_bytes(files):
    """A USTAR archive of (name, text), without dates and owners."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in files:
            content = text.encode("utf-8")
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def collect(names, sets, openclipart):
    """[(path in the pack, SVG text)]; says on stderr what visible parts were left out."""
    files = []
    for name in names:
        art, drawing = name.split(":", 1)
        if art != OPENCLIPART and art not in SETS:
            raise PackError("%s: the set %s is not among those that may enter" % (name, art))
        raw = openclipart.svg(drawing) if art == OPENCLIPART else sets.svg(art, drawing)
        try:
            text, dropped = clean_svg(raw)
        except BadDrawing as error:
            raise PackError("%s: %s" % (name, error)) from error
        if dropped:
            print("%s: without its %s" % (name, ", ".join(sorted(dropped))), file=sys.stderr)
        files.append((art + "/" + drawing + ".svg", text))
    return files


def credits_text(names, artists):
    counts = {}
    for name in names:
        art = name.split(":", 1)[0]
        counts[art] = counts.get(art, 0) + 1
    template = (HERE / "CREDITS.md.in").read_text(encoding="utf-8")
    rows = []
    for art, (package, version, artist, source, licence) in SETS.items():
        if art in counts:
            rows.append("| %s | [%s](%s) | %s | npm %s %s | %d |" % (art, artist, source, licence, package, version, counts[art]))
    if OPENCLIPART in counts:
        rows.append("| openclipart | %d artists of the Open Clip Art Library, below | public domain | Debian openclipart-svg %s | %d |"
                    % (len(artists), OPENCLIPART_VERSION, counts[OPENCLIPART]))
    people = ["- %s: %s" % (re.sub(r"([*_<>\[\]`|])", r"\\\1", artist), ", ".join("`%s`" % d for d in sorted(drawings)))
              for artist, drawings in sorted(artists.items(), key=lambda pair: (pair[0].casefold(), pair[0]))]
    return template.replace("@SETS@", "\n".join(rows)).replace("@ARTISTS@", "\n".join(people))


def pack(options):
    names = named_drawings(options.catalogue)
    sets, openclipart = IconSets(options.packages), Openclipart(options.openclipart)
    archive = tar_bytes(collect(names, sets, openclipart))
    packed = lzma.compress(archive, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=XZ)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "drawings.tar.xz").write_bytes(packed)
    (options.out / "CREDITS.md").write_text(credits_text(names, openclipart.artists), encoding="utf-8")
    print("%d drawings, %.1f MB" % (len(names), len(packed) / 1e6))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", type=pathlib.Path, default=HERE / "node_modules")
    parser.add_argument("--openclipart", type=pathlib.Path, default=pathlib.Path("/usr/share/openclipart/svg"))
    parser.add_argument("--catalogue", type=pathlib.Path, default=ROOT / "src/world/catalogue/things.tsv")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "src/world/art")
    try:
        pack(parser.parse_args())
    except PackError as error:
        sys.exit("[pack_art] %s." % error)


if __name__ == "__main__":
    main()
