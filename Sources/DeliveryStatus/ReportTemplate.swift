extension ReportWording {
    /// Why a file is no template.
    package enum TemplateProblem: Error, Equatable, Sendable {
        case tooLong
        case notUTF8
        case noSubject
        case noText
    }

    /// Bytes of a template.
    package static let maximumTemplate = 64 << 10

    /// Reads a template: `Subject: …`, which may go on in lines that begin with white space, an empty line, and the
    /// text. UTF-8, with line ends of either kind.
    package init(template: [UInt8]) throws(TemplateProblem) {
        guard template.count <= Self.maximumTemplate else { throw .tooLong }
        guard var whole = String(validating: template.filter { $0 != 0x0D }, as: UTF8.self) else {
            throw .notUTF8
        }
        if whole.unicodeScalars.first == "\u{FEFF}" { whole.unicodeScalars.removeFirst() }
        var lines = whole.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let mark = "subject:"
        guard let first = lines.popFirst(), first.prefix(mark.count).lowercased() == mark else {
            throw .noSubject
        }
        var subject = String(first.dropFirst(mark.count))
        while let line = lines.popFirst(), !line.isEmpty {
            guard line.first == " " || line.first == "\t" else { throw .noSubject }
            subject += line
        }
        subject = PrintableText.unicode(subject, limit: 500)
        guard !subject.isEmpty else { throw .noSubject }
        while let line = lines.last, line.allSatisfy(\.isWhitespace) { lines.removeLast() }
        guard lines.contains(where: { !$0.isEmpty }) else { throw .noText }
        self.init(subject: subject, text: lines.joined(separator: "\n"))
    }
}

extension ReportWording.TemplateProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong: "it has more than \(ReportWording.maximumTemplate) bytes"
        case .notUTF8: "it is not UTF-8"
        case .noSubject: "it does not begin with a line `Subject: ...` and an empty line"
        case .noText: "there is no text in it"
        }
    }
}

extension ReportWording.Kind {
    /// The name that its template has in a directory of templates.
    package var templateName: String { rawValue + ".txt" }
}
