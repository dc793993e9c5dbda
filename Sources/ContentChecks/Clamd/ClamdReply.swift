/// What clamd(8) says at the end of a command, without the NUL behind it.
///
/// What is not one of its answers is no answer: neither a virus, nor that there is none.
package struct ClamdReply: Equatable, Sendable {
    package enum Meaning: Equatable, Sendable {
        case clean
        /// - Parameter name: of the virus; fit for a log.
        case found(name: String)
        /// It could not look at all of the message.
        case declined(String)
        case unknown(String)
    }

    package let meaning: Meaning

    /// Takes any octets.
    package init(_ octets: some Collection<UInt8>) {
        let line = Array(octets)
        if line.ends(with: " ERROR") {
            // "INSTREAM size limit exceeded. ERROR", "stream: Can't allocate memory ERROR"
            meaning = .declined(ScannerText.fit(line.dropLast(" ERROR".utf8.count)))
        } else if let text = Self.subject(of: line) {
            meaning = Self.meaning(of: text)
        } else {
            meaning = .unknown(ScannerText.fit(line))
        }
    }

    /// What is said of a stream or of a descriptor: what is behind `stream: ` or `fd[N]: `; nil where neither
    /// is there.
    private static func subject(of line: [UInt8]) -> ArraySlice<UInt8>? {
        if line.starts(with: "stream: ".utf8) { return line.dropFirst("stream: ".utf8.count) }
        guard line.starts(with: "fd[".utf8) else { return nil }
        let rest = line.dropFirst("fd[".utf8.count)
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let behind = rest.dropFirst(digits.count)
        guard !digits.isEmpty, behind.starts(with: "]: ".utf8) else { return nil }
        return behind.dropFirst("]: ".utf8.count)
    }

    private static func meaning(of text: ArraySlice<UInt8>) -> Meaning {
        if text.elementsEqual("OK".utf8) { return .clean }
        let mark = " FOUND"
        guard text.ends(with: mark), text.count > mark.utf8.count else {
            return .unknown(ScannerText.fit(text))
        }
        let name = text.dropLast(mark.utf8.count)
        // With AlertExceedsMax, a limit of clamd looks like a virus, but means that nobody has seen what is
        // behind it.
        if name.starts(with: "Heuristics.Limits.Exceeded".utf8) { return .declined(ScannerText.fit(name)) }
        return .found(name: ScannerText.fit(name))
    }
}

extension Collection<UInt8> {
    fileprivate func ends(with text: String) -> Bool {
        count >= text.utf8.count && dropFirst(count - text.utf8.count).elementsEqual(text.utf8)
    }
}
