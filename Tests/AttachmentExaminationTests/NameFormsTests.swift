import ContentChecks
import TestSupport
import Testing

@testable import AttachmentExamination

@Suite("Forms of names")
struct NameFormsTests {
    @Test(
        "a plain form is what a system makes of a name",
        arguments: [
            ("b.exe", "b.exe"), ("b.exe.", "b.exe"), ("b.exe . .", "b.exe"), ("d/b.exe", "b.exe"),
            ("d\\b.exe", "b.exe"),
            ("b.e\u{202E}xe", "b.exe"), ("b\u{FF0E}exe", "b.exe"), ("b.\u{435}\u{445}\u{435}", "b.exe"),
            ("b.exe::$DATA", "b.exe"), ("b.exe:a.txt", "b.exe"), ("C:b.exe", "b.exe"),
            ("C:\\d\\b.exe", "b.exe"),
            ("b%2Eexe", "b.exe"), ("b.exe%00", "b.exe"), ("b%252Eexe", "b.exe"), ("d%2fb.exe", "b.exe"),
            ("b.exe.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", "b.exe"), ("b.exe.{not}", "b.exe.{not}"),
            (" b.exe", "b.exe"), ("b.\u{1D41E}\u{1D431}\u{1D41E}", "b.exe"), ("", ""), ("...", ""),
            ("100%", "100%"),
            ("Bericht f\u{FC}r M\u{E4}rz.pdf", "Bericht f\u{FC}r M\u{E4}rz.pdf"), ("b.exe/", "b.exe"),
        ])
    func plain(name: String, expected: String) {
        #expect(NameForms.plain(name) == expected)
    }

    @Test("a plain form is its own", arguments: 0..<20 as Range<UInt64>)
    func idempotent(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("ab.e%2E5c:/\\ {}-0\u{202E}\u{FF0E}\u{435}\u{200B}\u{0}".unicodeScalars)
        for _ in 0..<300 {
            var name = ""
            for _ in 0..<Int.random(in: 0...14, using: &generator) {
                if let scalar = alphabet.randomElement(using: &generator) {
                    name.unicodeScalars.append(scalar)
                }
            }
            let plain = NameForms.plain(name)
            // Four rounds are made; what is wrapped more often is told as percent-encoding.
            if !plain.utf8.contains(UInt8(ascii: "%")) {
                #expect(NameForms.plain(plain) == plain, "\(name.debugDescription)")
            }
            for form in NameForms.all(of: [name]) {
                #expect(!form.isEmpty && form.utf8.count <= ExaminedFile.longestName)
            }
        }
    }

    @Test(
        "honest names have nothing wrong with them",
        arguments: [
            "report.pdf", "Bericht M\u{E4}rz 2026.docx", "\u{442}\u{435}\u{43A}\u{441}\u{442}.doc",
            "\u{5D3}\u{5D5}\u{5D7}.pdf",
            "archive.tar.gz", "setup-1.2.3.exe", "v1.2.pdf", "Re: minutes.txt",
            "photo \u{1F468}\u{200D}\u{1F469}.jpg", "100% sure.txt",
            "a%20b.pdf", "\u{65E5}\u{672C}\u{8A9E}.txt", "d/e.txt", "d\\e.txt", ".bashrc", "a",
            "\u{645}\u{6CC}\u{200C}\u{62E}.pdf",
            "Umsatz \u{3B1}.xlsx",
        ])
    func honest(name: String) {
        #expect(NameForms.reasons(for: [name]) == [])
    }

    @Test(
        "each disguise is told",
        arguments: [
            ("b.e\u{202E}xe", "bidirectional controls"), ("b\0.exe", "NUL"),
            ("b\u{7}.exe", "control characters"),
            ("b.e\u{200B}xe", "characters without width"), ("b.exe.", "dots at the end"),
            ("b.exe ", "blanks at the end"),
            ("a.pdf.exe", "double extension"), ("a.pdf        .exe", "many blanks"),
            ("b.\u{435}xe", "letters like Latin ones in the extension"),
            ("b\u{2024}exe", "characters like a dot"), ("b%00.exe", "percent-encoding that hides %00"),
            ("b.exe.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", "class identifier"),
            ("b.exe::$DATA", "alternate data stream"),
            ("../b", "leads out of its directory"), ("/etc/passwd", "absolute path"),
            ("C:\\x", "absolute path"),
            (String(repeating: "x", count: 256), "longer than any file's name"),
        ])
    func disguised(name: String, reason: String) {
        #expect(NameForms.reasons(for: [name]).contains(reason), "\(NameForms.reasons(for: [name]))")
    }

    @Test("names with different extensions contradict one another, in other letters they do not")
    func several() {
        #expect(NameForms.reasons(for: ["a.txt", "b.exe"]) == ["names with different extensions"])
        #expect(NameForms.reasons(for: ["a.txt", "b.TXT", "c"]) == [])
    }

    @Test("of a name that is too long the end is kept, since the extension is there")
    func clipped() {
        let name = String(repeating: "\u{E4}", count: 3000) + ".exe"
        let clipped = Inspection.clipped(name)
        #expect(clipped.hasSuffix(".exe") && clipped.utf8.count <= ExaminedFile.longestName)
        #expect(!clipped.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test("there are never more forms than fit")
    func most() {
        let names = (0..<100).map { "d\($0)/b\($0).exe." }
        #expect(NameForms.all(of: names).count <= NameForms.most)
    }
}
