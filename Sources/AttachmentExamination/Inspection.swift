import ContentChecks
import Platform

/// One examination under way: what it has found, and what it may still spend.
///
/// Its walks lie in extensions, one file for each kind of thing that holds others.
struct Inspection {
    let limits: ExaminationLimits
    let recognise: (Span<UInt8>) -> String
    private(set) var report = AttachmentReport()

    /// The names of what is being looked into, from the outermost.
    private(set) var path: [String] = []
    /// What those contain, so that nothing is looked into within itself.
    private var contentsOnPath: [ContentHash] = []
    /// Octets that are in memory for what is being looked into, the message itself aside.
    var held = 0
    /// Octets that came out of archives so far.
    private(set) var unpacked = 0
    /// Octets that archives said so far that they come to.
    private var promised = 0
    private var entries = 0
    private var nameOctets = 0
    private var told: Set<String> = []

    /// When ``ProcessorTime`` shows this, the examination is over.
    let end: Int
    private var spent = 0
    private(set) var isOutOfTime = false

    init(limits: ExaminationLimits, recognise: @escaping (Span<UInt8>) -> String) {
        self.limits = limits
        self.recognise = recognise
        end = ProcessorTime.milliseconds.adding(max(limits.milliseconds, 0))
    }

    /// Octets of decoded and unpacked contents that are in memory at once.
    static var mostHeld: Int { 28 << 20 }
    /// Octets of one decoded part, or of one unpacked entry, that are kept for being looked into.
    static var largestContents: Int { 20 << 20 }
    /// Octets of all names of a report.
    private static var mostNameOctets: Int { 4 << 20 }
}

extension Inspection {
    /// Accounts for work on `octets`.
    ///
    /// - Returns: false when time is up.
    mutating func spend(_ octets: Int) -> Bool {
        guard !isOutOfTime else { return false }
        spent &+= octets
        guard spent >= 16 << 10 else { return true }
        spent = 0
        return checkTime()
    }

    /// - Returns: false when time is up.
    mutating func checkTime() -> Bool {
        if !isOutOfTime, ProcessorTime.milliseconds >= end {
            isOutOfTime = true
            found(.limit, in: path, "\(limits.milliseconds) milliseconds of the processor's time")
        }
        return !isOutOfTime
    }

    /// Whether less than half of the time is gone.
    var isInFirstHalf: Bool { end - ProcessorTime.milliseconds > limits.milliseconds / 2 }

    /// Accounts for one more entry of an archive.
    ///
    /// - Returns: false where there were enough.
    mutating func countEntry() -> Bool {
        guard entries < limits.entries else {
            found(.limit, in: [], "\(limits.entries) entries of archives")
            return false
        }
        entries += 1
        return spend(256)
    }

    /// Octets that may still be unpacked.
    var leftToUnpack: Int { max(limits.unpackedBytes - unpacked, 0) }

    /// Accounts for what an archive says that its entries come to.
    ///
    /// - Returns: false where that is more than is borne.
    mutating func countPromise(_ octets: Int) -> Bool {
        promised = promised.adding(octets)
        guard promised > limits.unpackedBytes else { return true }
        found(.limit, in: [], "unpacked, more than \(limits.unpackedBytes) octets")
        return false
    }

    /// Accounts for what came out of an archive.
    mutating func countUnpacked(_ octets: Int) { unpacked = unpacked.adding(octets) }

    /// Octets that one more contents may have in memory.
    var leftToHold: Int { max(min(Self.mostHeld - held, Self.largestContents), 0) }
}

extension Inspection {
    mutating func found(_ kind: AttachmentFinding.Kind, in path: [String], _ detail: String) {
        let file = Self.clipped(path.joined(separator: "/"))
        guard told.insert("\(kind.rawValue)\0\(file)\0\(detail)").inserted else { return }
        report.findings.append(AttachmentFinding(kind, file: file, detail))
        if report.findings.count == AttachmentReport.most - 1 {
            report.findings.append(AttachmentFinding(.limit, file: "", "\(AttachmentReport.most) findings"))
        }
    }

    /// About what is being looked into now.
    mutating func found(_ kind: AttachmentFinding.Kind, _ detail: String) { found(kind, in: path, detail) }

    /// Adds a file, and what its names say of it.
    ///
    /// - Returns: its place in the report; nil where that is full.
    @discardableResult
    mutating func add(_ file: ExaminedFile) -> Int? {
        var file = file
        let own = path + [file.names.first ?? ""]
        for reason in NameForms.reasons(for: file.names) { found(.name, in: own, reason) }
        file.names = NameForms.all(of: file.names)
        file.container = path
        let octets = file.names.reduce(64) { $0 + $1.utf8.count } + path.reduce(0) { $0 + $1.utf8.count }
        guard report.files.count < AttachmentReport.most, nameOctets + octets <= Self.mostNameOctets else {
            found(.limit, in: [], "more files, or longer names, than a report holds")
            return nil
        }
        nameOctets += octets
        report.files.append(file)
        return report.files.count - 1
    }

    mutating func setRecognisedType(_ type: String, ofFile place: Int?) {
        guard let place, report.files.indices.contains(place) else { return }
        report.files[place].recognisedType = type
    }

    /// A name as a report holds it: the end counts as much as the beginning.
    static func clipped(_ name: String) -> String {
        guard name.utf8.count > ExaminedFile.longestName else { return name }
        let half = ExaminedFile.longestName / 2 - 4
        let octets = Array(name.utf8)
        return String(decoding: octets.prefix(half), as: UTF8.self).droppingBrokenEnd + "…"
            + String(decoding: octets.suffix(half), as: UTF8.self).droppingBrokenBeginning
    }
}

extension String {
    fileprivate var droppingBrokenEnd: String {
        var text = self
        while text.unicodeScalars.last == "\u{FFFD}" { text.unicodeScalars.removeLast() }
        return text
    }

    fileprivate var droppingBrokenBeginning: String {
        String(Substring(unicodeScalars.drop { $0 == "\u{FFFD}" }))
    }
}

extension Inspection {
    /// Looks into something that holds others, if that is neither too deep nor within itself.
    mutating func within(
        _ name: String, _ contents: Contents, _ look: (inout Inspection) -> Void
    ) {
        let inner = path + [name]
        guard path.count < limits.depth else {
            found(.limit, in: inner, "\(limits.depth) archives within one another")
            return
        }
        let span = contents.bytes.span
        let hash = ContentHash(span)
        guard !contentsOnPath.contains(hash) else {
            found(.structure, in: inner, "contains itself")
            return
        }
        guard spend(span.count / 8) else { return }
        path = inner
        contentsOnPath.append(hash)
        let weight = contents.isMapped ? 0 : span.count
        held += weight
        look(&self)
        held -= weight
        contentsOnPath.removeLast()
        path.removeLast()
    }
}
