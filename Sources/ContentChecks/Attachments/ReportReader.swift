/// Takes the octets of a report apart. Every step gives nil where they do not go on as ``ReportCodec`` has it.
struct ReportReader {
    private let octets: [UInt8]
    private var place = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    var isAtEnd: Bool { place == octets.count }

    /// Whether these octets come next; they are taken then.
    mutating func take(_ expected: [UInt8]) -> Bool {
        guard let range = next(expected.count), octets[range].elementsEqual(expected) else { return false }
        return true
    }

    mutating func count(upTo most: Int) -> Int? {
        guard let number = number(octets: 4), number <= most else { return nil }
        return number
    }

    mutating func file() -> ExaminedFile? {
        guard let names = texts(), let container = texts(), let declared = text(ExaminedFile.longestName),
            let recognised = text(ExaminedFile.longestName), let hasSize = number(octets: 1), hasSize <= 1
        else { return nil }
        var file = ExaminedFile(
            names: names, container: container, declaredType: declared, recognisedType: recognised)
        if hasSize == 1 {
            guard let size = number(octets: 8) else { return nil }
            file.size = size
        }
        return file
    }

    mutating func finding() -> AttachmentFinding? {
        guard let code = number(octets: 1), let kind = ReportCodec.kind(UInt8(code)),
            let file = text(ReportCodec.longestPath), let detail = text(ReportCodec.longestPath)
        else { return nil }
        return AttachmentFinding(kind, file: file, detail)
    }

    private mutating func texts() -> [String]? {
        guard let count = count(upTo: ReportCodec.mostTexts) else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text(ExaminedFile.longestName) else { return nil }
            texts.append(text)
        }
        return texts
    }

    private mutating func text(_ longest: Int) -> String? {
        guard let count = count(upTo: longest), let range = next(count) else { return nil }
        return String(validating: octets[range], as: UTF8.self)
    }

    /// A number of up to eight octets that is not negative as an `Int`.
    private mutating func number(octets count: Int) -> Int? {
        guard let range = next(count) else { return nil }
        let number = octets[range].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Int(exactly: number)
    }

    /// The next octets, if there are so many.
    private mutating func next(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= octets.count - place else { return nil }
        defer { place += count }
        return place..<place + count
    }
}
