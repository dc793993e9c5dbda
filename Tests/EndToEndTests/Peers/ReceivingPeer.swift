import Foundation

/// A server that takes mail for everybody, and keeps all of it in one Maildir.
///
/// Local parts with a meaning: `unknown` is refused with 550, and, where the server can say so, `later` with 450
/// for as long as ``delays(_:)`` says.
protocol ReceivingPeer: AnyObject {
    /// Takes mail from everybody, without TLS.
    var port: UInt16 { get }
    /// The Maildir that everything ends in.
    var sink: String { get }
    var log: String { get }
    /// How many times somebody connected, by its log.
    var connections: Int { get }
    /// What it called the messages it answered for, by its log.
    var accepted: [String] { get }
}

extension ReceivingPeer {
    var route: String { "smtp://127.0.0.1:\(port)" }

    var received: [StoredMessage] { messages(sink) }

    /// Waits for a number of messages; gives what is there then.
    func receive(_ count: Int, seconds: Double = 20) throws -> [StoredMessage] {
        _ = try eventually(seconds) { everything(sink + "/new").count >= count }
        return received
    }

    /// Of the lines of its log that contain `mark`, the word behind `before`, up to a character of `end`.
    func words(in mark: String, after before: String, until end: String) -> [String] {
        log.split(separator: "\n").filter { $0.contains(mark) }.compactMap { line in
            guard let start = line.range(of: before)?.upperBound else { return nil }
            return String(line[start...].prefix { !end.contains($0) })
        }
    }
}

extension StoredMessage {
    /// The first field of this name that the server put in front, without its name; folded lines are not joined.
    func field(_ name: String) -> String? {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { return nil }
            if line.lowercased().hasPrefix(name.lowercased() + ":") {
                return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }

    /// The reverse path it came with, without brackets.
    var reversePath: String? { field("Return-Path")?.trimmingCharacters(in: ["<", ">"]) }

    /// Whom it came for.
    var finalRecipient: String? {
        (field("Envelope-To") ?? field("X-Original-To") ?? field("Delivered-To"))?
            .trimmingCharacters(in: ["<", ">"])
    }
}
