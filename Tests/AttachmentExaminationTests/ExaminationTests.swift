import AttachmentExamination
import AttackSupport
import ContentChecks
import Platform
import TestSupport
import Testing

@Suite("Examination")
struct ExaminationTests {
    private func examine(_ text: String, limits: ExaminationLimits = ExaminationLimits()) -> AttachmentReport
    {
        Examination(limits: limits).run(SharedBytes(Array(text.utf8))) { _ in "" }
    }

    private func mail(_ parts: String...) -> String {
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + parts.map { "--b\r\n\($0)\r\n" }.joined() + "--b--\r\n"
    }

    @Test("an honest message has its parts in the report, and no finding")
    func honest() {
        let report = examine(
            mail(
                "Content-Type: text/plain; charset=utf-8\r\n\r\nhello --\r\n-- \r\nAnn\r\n",
                "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html>=C3=A4</html>",
                "Content-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n\r\nJVBERi0xLjQK",
                "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: a@b\r\n\r\ntext"))
        #expect(report.findings == [])
        #expect(report.files.map(\.declaredType) == ["text/plain", "text/html", "application/pdf", ""])
        #expect(report.files[2].names == ["a.pdf"] && report.files[2].size == 9)
        #expect(report.files[1].recognisedType == "text/html")
    }

    @Test(
        "a message without MIME is one text", arguments: ["", "\r\n", "hello", "Subject: s\r\n\r\nhello\r\n"])
    func plain(text: String) {
        let report = examine(text)
        #expect(report.findings == [] && report.files.count == 1)
    }

    @Test(
        "the type that is recognised is that of the decoded octets, and the recogniser's where we know none")
    func recognised() {
        let text = mail("Content-Type: x/y\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj")
        let report = Examination(limits: ExaminationLimits()).run(SharedBytes(Array(text.utf8))) { octets in
            octets.count == 3 && octets[0] == 0x61 ? "text/abc" : ""
        }
        #expect(report.files.map(\.recognisedType) == ["text/abc"])
    }

    @Test("an archive's entries have the way to them")
    func container() throws {
        let attack = try #require(Attacks.all().first { $0.name == "tar within xz within zip" })
        let report = Examination(limits: ExaminationLimits()).run(SharedBytes(attack.message)) { _ in "" }
        let file = try #require(report.files.first { $0.names.contains("b.exe") })
        #expect(file.container == ["a.zip", "x"] && file.recognisedType == "application/x-dosexec")
        #expect(file.size == Attacks.program.count)
    }

    @Test("limits are those that are given")
    func limits() throws {
        let attack = try #require(Attacks.all().first { $0.name == "tar within xz within zip" })
        func kinds(_ change: (inout ExaminationLimits) -> Void) -> [AttachmentFinding.Kind] {
            var limits = ExaminationLimits()
            change(&limits)
            return Examination(limits: limits).run(SharedBytes(attack.message)) { _ in "" }.findings.map(
                \.kind)
        }
        #expect(kinds { _ in } == [])
        #expect(kinds { $0.depth = 1 } == [.limit])
        #expect(kinds { $0.depth = 0 } == [.limit])
        #expect(kinds { $0.entries = 1 } == [.limit])
        #expect(kinds { $0.unpackedBytes = 1000 }.contains(.limit))
        #expect(kinds { $0.milliseconds = 0 }.contains(.limit))
        #expect(kinds { $0.milliseconds = .max } == [])
        #expect(kinds { $0.ratio = .max } == [])
        #expect(
            kinds {
                $0.ratio = -1; $0.depth = -1; $0.entries = -1; $0.unpackedBytes = -1; $0.milliseconds = -1
            }.contains(.limit))
    }

    @Test("what lies in a file of its own is found, too")
    func file() {
        let report = Examination(limits: ExaminationLimits()).run(
            file: SharedBytes(Array("MZ".utf8) + [UInt8](repeating: 0, count: 100)), named: "a.pdf"
        ) { _ in "" }
        #expect(report.files.map(\.names) == [["a.pdf"]])
        #expect(report.findings.map(\.kind) == [.mismatch])
    }

    private static let small = Attacks.all().filter { $0.message.count < 20_000 }

    /// Attacks with some of their octets changed, cut off, or doubled.
    @Test("attacks that are damaged do no harm", arguments: 0..<8 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = ExaminationLimits()
        limits.milliseconds = 100
        limits.entries = 100
        for _ in 0..<60 {
            guard var octets = Self.small.randomElement(using: &generator)?.message else { return }
            for _ in 0..<Int.random(in: 1...8, using: &generator) where !octets.isEmpty {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
                case 1:
                    octets.removeSubrange(
                        place..<min(place + Int.random(in: 1...40, using: &generator), octets.count))
                case 2: octets.insert(contentsOf: octets[place..<min(place + 60, octets.count)], at: place)
                default: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
            }
            let report = Examination(limits: limits).run(SharedBytes(octets)) { _ in "" }
            #expect(report.files.allSatisfy { $0.container.count <= limits.depth })
            #expect(
                report.files.count <= AttachmentReport.most && report.findings.count <= AttachmentReport.most)
        }
    }
}
