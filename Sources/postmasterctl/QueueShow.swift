import ArgumentParser
import Delivery
import MailLog
import Platform
import Spool

struct QueueShow: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Show an entry: envelope, what is done and what is left, what happened, header.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON object.")
    var json = false

    /// A part of the message, and nothing else.
    enum Part: EnumerableFlag {
        case headers, body, message

        static func help(for value: Part) -> ArgumentHelp? {
            switch value {
            case .headers: "Only the message's header, byte for byte."
            case .body: "Only the message's body, byte for byte."
            case .message: "Only the message, byte for byte."
            }
        }
    }

    @Flag(exclusivity: .exclusive)
    var part: Part?

    @Argument(help: ArgumentHelp("The entry.", valueName: "entry-id"))
    var entry: String

    func validate() throws {
        if json, part != nil { throw ValidationError("The message itself is not shown as JSON.") }
    }

    func run() throws {
        let parts = SpoolParts(configuration: try options.configuration())
        guard let owner = try parts.owner(of: entry), let spool = try parts.open(owner),
            let reference = try spool.find(entry), let row = try spool.row(reference)
        else {
            Terminal.complain("there is no entry \(entry.shown)")
            throw ExitCode(1)
        }
        do {
            if let part {
                try ShownMessage(part).write(reference, of: spool)
            } else {
                try show(reference, row, in: spool)
            }
        } catch let error as SpoolError {
            Terminal.complain("\(error)".shown)
            throw ExitCode(1)
        }
    }

    private func show(
        _ reference: EntryReference, _ row: QueueRow, in spool: borrowing SpoolDirectory
    ) throws {
        guard row.isReadable, let summary = try spool.inspect(reference) else {
            if json { StandardStream.write(row.jsonLine, to: 1) } else { Terminal.show(row.text(at: .now())) }
            throw ExitCode(1)
        }
        let description = EntryDescription(
            row: row, envelope: summary.envelope, journal: summary.journal,
            header: try MessageHeader.of(reference, in: spool),
            damage: reference.place == .corrupt ? spool.damage(of: reference) : nil)
        StandardStream.write(json ? description.json : Array(description.text.utf8), to: 1)
    }
}

/// The beginning of a spooled message, as far as it is header.
enum MessageHeader {
    /// Bytes of it that are shown.
    private static let most = 1 << 16

    static func of(_ reference: EntryReference, in spool: borrowing SpoolDirectory) throws -> [UInt8] {
        var start: [UInt8] = []
        _ = try spool.readMessage(of: reference) { piece in
            start += piece
            return start.count < most && end(in: start) == nil
        }
        return Array(start.prefix(min(end(in: start) ?? .max, most)))
    }

    /// Where the header ends: before the empty line. Nil if that is not there.
    static func end(in bytes: [UInt8]) -> Int? {
        if isLineEnd(bytes[...]) { return 0 }
        var index = 0
        while let line = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
            if isLineEnd(bytes[(line + 1)...]) { return line + 1 }
            index = line + 1
        }
        return nil
    }

    private static func isLineEnd(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.first == UInt8(ascii: "\n") || rest.starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }
}

/// A part of a spooled message on its way to standard output, in constant memory. On a terminal, controls are shown
/// as `?`: nothing in a message may command it.
struct ShownMessage {
    private let part: QueueShow.Part
    private let isTerminal = Host.isTerminal(1)

    init(_ part: QueueShow.Part) { self.part = part }

    func write(_ reference: EntryReference, of spool: borrowing SpoolDirectory) throws {
        var output = PagedOutput()
        if part == .headers {
            output.write(shown(try MessageHeader.of(reference, in: spool)[...]))
        } else {
            // The header has no end where the message has no body.
            var rest: BodyStart? = part == .body ? BodyStart() : nil
            _ = try spool.readMessage(of: reference) { piece in
                output.write(shown(rest?.dropHeader(of: piece) ?? piece[...]))
            }
        }
        output.flush()
    }

    private func shown(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        isTerminal ? bytes.map { Self.isPlain($0) ? $0 : UInt8(ascii: "?") } : Array(bytes)
    }

    /// Bytes beyond ASCII could be controls of eight bits (ISO 6429), or hidden in UTF-8.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") || 0x20..<0x7F ~= byte
    }
}

/// Finds the empty line between header and body in a message that comes in pieces.
private struct BodyStart {
    /// Whether a line begins here.
    private var atLineStart = true
    private var isInBody = false
    private var pendingReturn = false

    /// The part of the next piece that is body.
    mutating func dropHeader(of piece: [UInt8]) -> ArraySlice<UInt8> {
        if isInBody { return piece[...] }
        for (index, byte) in piece.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"):
                if atLineStart {
                    isInBody = true
                    return piece[(index + 1)...]
                }
                atLineStart = true
                pendingReturn = false
            case UInt8(ascii: "\r") where atLineStart && !pendingReturn: pendingReturn = true
            default:
                atLineStart = false
                pendingReturn = false
            }
        }
        return []
    }
}
