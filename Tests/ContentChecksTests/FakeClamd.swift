import ContentChecks
import Platform
import TestSupport

/// What a clamd does with a connection, for tests.
extension FarEnd {
    /// A command, without its marks; nil for one that does not begin with `z` and end with a NUL.
    mutating func takeCommand() -> String? {
        let octets = read(through: 0)
        guard octets.first == UInt8(ascii: "z"), octets.last == 0 else { return nil }
        return String(decoding: octets.dropFirst().dropLast(), as: UTF8.self)
    }

    /// The length of a chunk; nil where nothing comes.
    mutating func takeLength() -> Int? {
        let octets = read(4)
        return octets.count == 4 ? octets.reduce(0) { $0 << 8 | Int($1) } : nil
    }

    /// The chunks of a stream, up to the one that ends it; nil for a stream without one.
    mutating func takeChunks() -> [[UInt8]]? {
        var chunks: [[UInt8]] = []
        while let length = takeLength() {
            if length == 0 { return chunks }
            let chunk = read(length)
            guard chunk.count == length else { return nil }
            chunks.append(chunk)
        }
        return nil
    }

    /// The message of `INSTREAM`; nil for anything else.
    mutating func takeStream() -> [UInt8]? {
        guard takeCommand() == "INSTREAM" else { return nil }
        return takeChunks()?.flatMap { $0 }
    }

    /// Does nothing until the client is gone.
    mutating func hang() { readAll() }
}

/// What a clamd says, or what it does instead of saying something.
enum FakeAnswer: Sendable {
    case says(String)
    /// With so many milliseconds behind each octet.
    case saysSlowly(String, Int)
    case hangs
    /// It closes at once, with all unread.
    case hangsUp
    /// It has the message, says this, and closes its own direction only.
    case halfCloses(String)

    func act(_ end: inout FarEnd) {
        if case .hangsUp = self { return }
        guard end.takeStream() != nil else { return }
        switch self {
        case .says(let text): end.write(text)
        case .saysSlowly(let text, let milliseconds): end.write(text, pausing: milliseconds)
        case .hangs: end.hang()
        case .hangsUp: return
        case .halfCloses(let text):
            end.write(text)
            end.finishWriting()
            end.hang()
        }
    }
}

/// A result, for comparisons.
func outcome(
    _ work: () throws(ScannerFailure) -> VirusAnswer
) -> Result<VirusAnswer, ScannerFailure> {
    Result { () throws(ScannerFailure) in try work() }
}

/// The octets of a message of so many lines, with the line ends that it has on a Unix host.
func message(lines: Int = 1) -> [UInt8] {
    Array("From: a@b.example\nSubject: x\n\n".utf8)
        + (0..<lines).flatMap { Array("line \($0) of the message\n".utf8) }
}
