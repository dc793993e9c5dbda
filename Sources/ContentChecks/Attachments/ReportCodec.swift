/// An ``AttachmentReport`` as postmaster-attachments(8) writes it down.
///
/// Numbers have four octets, the highest first, and sizes eight; texts are UTF-8, and lists come behind their counts.
/// A report ends with a mark, so that one that was cut off is none.
///
/// Who writes is in a stranger's hands, if the stranger was good: reading is total, takes memory in proportion to what
/// was written, and takes exactly what ``encode(_:)`` makes.
package enum ReportCodec {
    /// Octets of a whole report.
    package static var most: Int { 8 << 20 }
    /// Octets of a path within archives, and of a finding's words.
    package static var longestPath: Int { 4096 }
    /// Names of a file, and archives around it.
    package static var mostTexts: Int { 64 }

    static var beginning: [UInt8] { Array("PMA1".utf8) }
    static var end: [UInt8] { Array("done".utf8) }

    /// The report in octets, at most ``most``. Texts that are too long are cut. What there is no room for is left out,
    /// and a finding of the kind `limit` says so.
    package static func encode(_ report: AttachmentReport) -> [UInt8] {
        var room = most - 1024
        var files: [ExaminedFile] = []
        for file in report.files.prefix(AttachmentReport.most).map(fit) {
            room -= octets(file)
            guard room >= 0 else { break }
            files.append(file)
        }
        var findings: [AttachmentFinding] = []
        for finding in report.findings.prefix(AttachmentReport.most).map(fit) {
            room -= octets(finding)
            guard room >= 0 else { break }
            findings.append(finding)
        }
        if files.count < report.files.count || findings.count < report.findings.count {
            if findings.count == AttachmentReport.most { findings.removeLast() }
            findings.append(AttachmentFinding(.limit, file: "", "the report is too long"))
        }
        return write(files, findings)
    }

    /// - Returns: nil for octets that ``encode(_:)`` does not make.
    package static func decode(_ octets: [UInt8]) -> AttachmentReport? {
        guard octets.count <= most else { return nil }
        var reader = ReportReader(octets)
        guard reader.take(beginning), let files = reader.count(upTo: AttachmentReport.most) else {
            return nil
        }
        var report = AttachmentReport()
        for _ in 0..<files {
            guard let file = reader.file() else { return nil }
            report.files.append(file)
        }
        guard let findings = reader.count(upTo: AttachmentReport.most) else { return nil }
        for _ in 0..<findings {
            guard let finding = reader.finding() else { return nil }
            report.findings.append(finding)
        }
        return reader.take(end) && reader.isAtEnd ? report : nil
    }
}

// MARK: Writing

extension ReportCodec {
    private static func fit(_ file: ExaminedFile) -> ExaminedFile {
        func cut(_ texts: [String]) -> [String] {
            texts.prefix(mostTexts).map { cutOff($0, ExaminedFile.longestName) }
        }
        var file = file
        file.names = cut(file.names)
        file.container = cut(file.container)
        file.declaredType = cutOff(file.declaredType, ExaminedFile.longestName)
        file.recognisedType = cutOff(file.recognisedType, ExaminedFile.longestName)
        file.size = file.size.map { max($0, 0) }
        return file
    }

    private static func fit(_ finding: AttachmentFinding) -> AttachmentFinding {
        AttachmentFinding(
            finding.kind, file: cutOff(finding.file, longestPath), cutOff(finding.detail, longestPath))
    }

    /// The whole characters that fit into so many octets.
    static func cutOff(_ text: String, _ most: Int) -> String {
        guard text.utf8.count > most else { return text }
        var kept = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= most else { break }
            kept.append(scalar)
        }
        return String(kept)
    }

    private static func octets(_ file: ExaminedFile) -> Int {
        (file.names + file.container + [file.declaredType, file.recognisedType]).reduce(8 + 9) {
            $0 + 4 + $1.utf8.count
        }
    }

    private static func octets(_ finding: AttachmentFinding) -> Int {
        1 + 8 + finding.file.utf8.count + finding.detail.utf8.count
    }

    private static func write(_ files: [ExaminedFile], _ findings: [AttachmentFinding]) -> [UInt8] {
        var out = beginning
        put(files.count, octets: 4, in: &out)
        for file in files {
            put(file.names, in: &out)
            put(file.container, in: &out)
            put(file.declaredType, in: &out)
            put(file.recognisedType, in: &out)
            out.append(file.size == nil ? 0 : 1)
            if let size = file.size { put(size, octets: 8, in: &out) }
        }
        put(findings.count, octets: 4, in: &out)
        for finding in findings {
            out.append(code(of: finding.kind))
            put(finding.file, in: &out)
            put(finding.detail, in: &out)
        }
        return out + end
    }

    private static func put(_ number: Int, octets: Int, in out: inout [UInt8]) {
        for place in (0..<octets).reversed() { out.append(UInt8(truncatingIfNeeded: number >> (place * 8))) }
    }

    private static func put(_ text: String, in out: inout [UInt8]) {
        put(text.utf8.count, octets: 4, in: &out)
        out += text.utf8
    }

    private static func put(_ texts: [String], in out: inout [UInt8]) {
        put(texts.count, octets: 4, in: &out)
        for text in texts { put(text, in: &out) }
    }

    static func code(of kind: AttachmentFinding.Kind) -> UInt8 {
        UInt8(truncatingIfNeeded: AttachmentFinding.Kind.allCases.firstIndex(of: kind) ?? 0)
    }

    static func kind(_ code: UInt8) -> AttachmentFinding.Kind? {
        let kinds = AttachmentFinding.Kind.allCases
        return kinds.indices.contains(Int(code)) ? kinds[Int(code)] : nil
    }
}
