#!/usr/bin/env python3
"""The packing tool on a few small sources of its own: same bytes twice, only allowed licences, the strict form of SVG."""

import argparse
import contextlib
import io
import json
import lzma
import os
import pathlib
import tarfile
import tempfile
import unittest

import pack
from clean_svg import BadDrawing, clean_svg, path_text

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 36 36">'
CIRCLE = '<circle cx="18" cy="18" r="9.12345" fill="red"/>'
OPENCLIPART = """<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://web.resource.org/cc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <metadata><rdf:RDF><cc:Work><dc:creator><cc:Agent><dc:title>Ada Example</dc:title></cc:Agent></dc:creator>
  <cc:license rdf:resource="%s"/></cc:Work></rdf:RDF></metadata><rect width="50" height="40"/></svg>"""
PUBLIC_DOMAIN = "http://web.resource.org/cc/PublicDomain"


def cleaned(body):
    return clean_svg(HEAD + body + "</svg>")[0]


class Sources:
    """A folder like the real ones: one npm package, one file of openclipart, a catalogue."""

    def __init__(self, folder, version="1.2.5", licence="CC-BY-4.0", rights=PUBLIC_DOMAIN):
        self.folder = pathlib.Path(folder)
        package = self.folder / "node_modules/@iconify-json/twemoji"
        package.mkdir(parents=True)
        icons = {"width": 36, "height": 36, "icons": {"ball": {"body": CIRCLE}, "box": {"body": '<path d="M1 2h3v4z"/>'}}}
        (package / "icons.json").write_text(json.dumps(icons))
        (package / "info.json").write_text(json.dumps({"license": {"spdx": licence}}))
        (package / "package.json").write_text(json.dumps({"version": version}))
        (self.folder / "clipart/toys").mkdir(parents=True)
        (self.folder / "clipart/toys/a__b.svg").write_text(OPENCLIPART % rights)
        (self.folder / "things.tsv").write_text(
            "kind\tdrawings\texaminer\nball\ttwemoji:ball<@\t\nbox\ttwemoji:box> openclipart:toys__a__b\ttwemoji:ball\n")

    def pack(self, out, catalogue=None):
        options = argparse.Namespace(packages=self.folder / "node_modules", openclipart=self.folder / "clipart",
                                     catalogue=self.folder / (catalogue or "things.tsv"), out=self.folder / out)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            pack.pack(options)
        return (options.out / "drawings.tar.xz").read_bytes(), (options.out / "CREDITS.md").read_text()


class PackTest(unittest.TestCase):
    def test_twice_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            sources = Sources(folder)
            first = sources.pack("one")
            for path in sources.folder.rglob("*"):
                os.utime(path, (1, 1))
            self.assertEqual(first, sources.pack("two"))

    def test_holds_each_drawing_once_sorted(self):
        with tempfile.TemporaryDirectory() as folder:
            packed, _ = Sources(folder).pack("out")
            with tarfile.open(fileobj=io.BytesIO(lzma.decompress(packed))) as archive:
                self.assertEqual(archive.getnames(),
                                 ["openclipart/toys__a__b.svg", "twemoji/ball.svg", "twemoji/box.svg"])

    def test_credits_name_artists_and_licences(self):
        with tempfile.TemporaryDirectory() as folder:
            _, text = Sources(folder).pack("out")
            self.assertIn("- Ada Example: `toys__a__b`", text)
            self.assertIn("| CC-BY-4.0 | npm @iconify-json/twemoji 1.2.5 | 2 |", text)

    def test_other_versions_and_licences_are_refused(self):
        for fault, words in (({"version": "1.2.6"}, "version"), ({"licence": "CC-BY-SA-4.0"}, "CC-BY-SA-4.0"),
                             ({"rights": "http://creativecommons.org/licenses/by-sa/2.0/"}, "public domain"),
                             ({"rights": ""}, "public domain")):
            with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(pack.PackError, words):
                Sources(folder, **fault).pack("out")

    def test_unknown_sets_and_drawings_are_refused(self):
        for name in ("openmoji:ball", "twemoji:nothing", "openclipart:nothing"):
            with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(pack.PackError, name.split(":")[0]):
                sources = Sources(folder)
                (sources.folder / "other.tsv").write_text("kind\tdrawings\texaminer\nball\t%s\t\n" % name)
                sources.pack("out", "other.tsv")


class CleanTest(unittest.TestCase):
    def test_paints_are_resolved_to_the_shape(self):
        text = cleaned('<g fill="#ABC" style="stroke:rgb(255,0,10);stroke-width:2"><path d="M0 0h1v1z"/></g>')
        self.assertIn('fill="#aabbcc" stroke="#ff000a" stroke-width="2"', text)
        self.assertNotIn("style", text)
        self.assertNotIn("<g", text)

    def test_nothing_foreign_stays(self):
        text = cleaned('<script>alert(1)</script><title>a</title><image href="http://a/b.png"/><a href="http://a/">' +
                       CIRCLE + '</a><circle r="3" onclick="x()"/><text>abc</text>')
        for word in ("script", "http://a", "image", "href", "onclick", "text", "title"):
            self.assertNotIn(word, text)
        self.assertIn("<circle", text)

    def test_use_is_written_out(self):
        text = cleaned('<defs><path id="p" d="M0 0h2v2z"/></defs><use xlink:href="#p" x="3" fill="blue"/>')
        self.assertIn('<g transform="translate(3 0)"><path d="m0 0h2v2z" fill="#0000ff"/></g>', text)

    def test_gradients_hold_their_own_stops(self):
        text = cleaned('<linearGradient id="a"><stop offset="50%" style="stop-color:red;stop-opacity:.5"/></linearGradient>'
                       '<linearGradient id="b" x2="9" xlink:href="#a"/><path d="M0 0h2v2z" fill="url(#b)"/>')
        self.assertIn('<linearGradient id="b" x2="9"><stop offset=".5" stop-color="#ff0000" stop-opacity=".5"/>', text)
        self.assertNotIn('id="a"', text)

    def test_invisible_shapes_are_dropped(self):
        self.assertNotIn("path", cleaned(CIRCLE + '<path d="M0 0h36v36z" fill="none"/><path d="M1 1h1v1z" opacity="0"/>'))

    def test_rounding_does_not_add_up(self):
        self.assertEqual(path_text("M0 0" + "l.04 0" * 10 + "L.4 1", 1).count("l"), 1)
        ends = path_text("m0 0" + "l.14 0" * 100, 1)
        numbers = [float(part) for part in ends.replace("m", " ").replace("l", " ").split()]
        self.assertAlmostEqual(sum(numbers[0::2]), 14.0, delta=0.051)

    def test_flags_of_arcs_may_stand_close(self):
        self.assertEqual(path_text("M1 1a2 2 0 01.5.5", 2), path_text("M1,1 A 2 2 0 0 1 1.5 1.5", 2))

    def test_damaged_files_are_refused(self):
        for text in ("<svg", HEAD + "</svg>", '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'):
            with self.assertRaises(BadDrawing):
                clean_svg(text)


if __name__ == "__main__":
    unittest.main()
