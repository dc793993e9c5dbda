import ContentChecks
import TestSupport
import Testing

@Suite("Reports of attachments between two processes")
struct ReportCodecTests {
    private static let report = AttachmentReport(
        files: [
            ExaminedFile(
                names: ["invoice.pdf", "invoice.pdf.exe"], declaredType: "application/pdf",
                recognisedType: "application/x-dosexec", size: 4711),
            ExaminedFile(names: []),
            ExaminedFile(names: ["a\u{0}b\u{202E}\n", "ä✓"], container: ["x.zip", "y.7z"], size: .max),
        ],
        findings: [
            AttachmentFinding(.encrypted, file: "x.zip", "needs a password"),
            AttachmentFinding(.limit, file: "", ""),
        ] + AttachmentFinding.Kind.allCases.map { AttachmentFinding($0, file: "of each kind", $0.rawValue) })

    @Test("what is written is read", arguments: [report, AttachmentReport()])
    func roundTrip(report: AttachmentReport) {
        #expect(ReportCodec.decode(ReportCodec.encode(report)) == report)
    }

    @Test("random reports are read as they were written")
    func randomReports() {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<300 {
            let report = Self.random(&generator)
            #expect(ReportCodec.decode(ReportCodec.encode(report)) == report)
        }
    }

    private static func random(_ generator: inout SeededGenerator) -> AttachmentReport {
        func text(_ generator: inout SeededGenerator) -> String {
            String(decoding: generator.bytes(upTo: 40), as: UTF8.self)
        }
        func texts(_ generator: inout SeededGenerator) -> [String] {
            var texts: [String] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) { texts.append(text(&generator)) }
            return texts
        }
        var report = AttachmentReport()
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            let size = Int.random(in: 0...Int.max, using: &generator)
            report.files.append(
                ExaminedFile(
                    names: texts(&generator), container: texts(&generator), declaredType: text(&generator),
                    recognisedType: text(&generator), size: Bool.random(using: &generator) ? size : nil))
            let kind = AttachmentFinding.Kind.allCases.randomElement(using: &generator) ?? .limit
            report.findings.append(AttachmentFinding(kind, file: text(&generator), text(&generator)))
        }
        return report
    }

    @Test("nothing that was cut off is read, and nothing with something behind it")
    func cutOff() {
        let octets = ReportCodec.encode(Self.report)
        for count in octets.indices { #expect(ReportCodec.decode(Array(octets[..<count])) == nil) }
        #expect(ReportCodec.decode(octets + [0]) == nil)
        #expect(ReportCodec.decode(octets + octets) == nil)
    }

    @Test("what is read is what would have been written, whatever the octets", arguments: 0..<8)
    func mutations(part: UInt64) {
        var generator = SeededGenerator(seed: 4000 + part)
        let seed = ReportCodec.encode(Self.report)
        var readable = 0
        for _ in 0..<4000 {
            var octets = seed
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !octets.isEmpty {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0, 1: octets[place] = UInt8.random(in: 0...255, using: &generator)
                case 2: octets[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
                case 3: octets.remove(at: place)
                default: octets.insert(contentsOf: generator.bytes(upTo: 8), at: place)
                }
            }
            guard let report = ReportCodec.decode(octets) else { continue }
            readable += 1
            #expect(ReportCodec.encode(report) == octets)
        }
        // Names may be changed by a stroke that leaves them text.
        #expect(readable > 0)
    }

    @Test("random octets are no report")
    func randomOctets() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            #expect(ReportCodec.decode(generator.bytes(upTo: 200)) == nil)
            #expect(ReportCodec.decode(Array("PMA1".utf8) + generator.bytes(upTo: 200)) == nil)
        }
    }

    @Test(
        "counts that promise more than there is allocate nothing",
        arguments: [
            [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0x4E, 0x20], [0, 0, 0x4E, 0x21],
        ] as [[UInt8]])
    func counts(count: [UInt8]) {
        let start = Array("PMA1".utf8)
        #expect(ReportCodec.decode(start + count) == nil)
        #expect(ReportCodec.decode(start + [0, 0, 0, 1] + count) == nil)
        #expect(ReportCodec.decode(start + [0, 0, 0, 1, 0, 0, 0, 1] + count) == nil)
        #expect(ReportCodec.decode(start + [0, 0, 0, 0] + count) == nil)
    }

    @Test("a size that is negative, a kind that is none, and a text that is not UTF-8 are refused")
    func badValues() throws {
        let one = ReportCodec.encode(
            AttachmentReport(
                files: [ExaminedFile(names: ["n"], size: 1)],
                findings: [AttachmentFinding(.limit, file: "f", "d")]))
        #expect(ReportCodec.decode(one) != nil)
        // From the end: mark, detail, file, kind, count, size, whether there is one.
        let kind = one.count - 4 - 5 - 5 - 1
        let size = kind - 4 - 8
        for (place, octet) in [(kind, 7), (kind, 255), (size, 0x80), (size - 1, 2), (one.count - 5, 0xFF)] {
            var octets = one
            octets[place] = UInt8(octet)
            #expect(ReportCodec.decode(octets) == nil, "\(place)")
        }
    }

    @Test("texts that are too long are cut between characters, and too many of them are left out")
    func longTexts() throws {
        let long = String(repeating: "✓", count: 3000)
        let report = AttachmentReport(
            files: [
                ExaminedFile(
                    names: Array(repeating: long, count: 100), container: Array(repeating: "c", count: 100),
                    declaredType: long, recognisedType: long, size: -5)
            ],
            findings: [AttachmentFinding(.name, file: long, long)])
        let read = try #require(ReportCodec.decode(ReportCodec.encode(report)))
        let file = try #require(read.files.first)
        #expect(file.names.count == ReportCodec.mostTexts)
        #expect(file.container.count == ReportCodec.mostTexts)
        for text in file.names + [file.declaredType, file.recognisedType] {
            #expect(text == String(repeating: "✓", count: ExaminedFile.longestName / 3))
        }
        #expect(file.size == 0)
        #expect(read.findings.first?.file.utf8.count == ReportCodec.longestPath / 3 * 3)
    }

    @Test("what does not fit is left out, and said so")
    func tooMuch() throws {
        let name = String(repeating: "n", count: ExaminedFile.longestName)
        let many = AttachmentReport(
            files: (0..<AttachmentReport.most).map { _ in ExaminedFile(names: [name]) },
            findings: [AttachmentFinding(.encrypted, file: "x", "")])
        let octets = ReportCodec.encode(many)
        #expect(octets.count <= ReportCodec.most)
        let read = try #require(ReportCodec.decode(octets))
        #expect(read.files.count > 7000)
        #expect(read.findings.last?.kind == .limit)

        let small = AttachmentReport(
            files: (0...AttachmentReport.most).map { _ in ExaminedFile(names: ["n"]) },
            findings: (0...AttachmentReport.most).map { _ in AttachmentFinding(.name, file: "x", "") })
        let whole = try #require(ReportCodec.decode(ReportCodec.encode(small)))
        #expect(whole.files.count == AttachmentReport.most)
        #expect(whole.findings.count == AttachmentReport.most)
        #expect(whole.findings.last?.kind == .limit)
    }
}
