import ContentChecks
import Platform

/// What the command line asks for.
struct AttachmentsOptions {
    enum Command {
        case examine(AttachmentsOptions)
        case showHelp
        case unusable(String)
    }

    var limits = ExaminationLimits()
    /// File of libmagic's knowledge; nil for the system's.
    var magic: String?
    /// Bytes of the input before the message.
    var offset = 0

    private static var options: [CommandLineOptions.Option] {
        [
            CommandLineOptions.Option("depth", takesValue: true),
            CommandLineOptions.Option("entries", takesValue: true),
            CommandLineOptions.Option("unpacked", takesValue: true),
            CommandLineOptions.Option("ratio", takesValue: true),
            CommandLineOptions.Option("milliseconds", takesValue: true),
            CommandLineOptions.Option("magic", takesValue: true),
            CommandLineOptions.Option("offset", takesValue: true),
            CommandLineOptions.Option("help", "h"),
        ]
    }

    static func read(_ arguments: [String]) -> Command {
        let words = CommandLineOptions(arguments, options: options)
        if words.occurrences.contains(where: { $0.name == "help" }) { return .showHelp }
        guard words.problems.isEmpty else { return .unusable(words.problems.joined(separator: "; ")) }
        guard words.operands.isEmpty else { return .unusable("unexpected argument \(words.operands[0])") }
        var read = AttachmentsOptions()
        for occurrence in words.occurrences {
            let value = occurrence.value ?? ""
            guard read.take(occurrence.name, value) else {
                return .unusable("--\(occurrence.name) \(value): not a number that makes sense")
            }
        }
        return .examine(read)
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        if name == "magic" {
            magic = value.isEmpty ? nil : value
            return true
        }
        guard let number = Int(value), number >= 0 else { return false }
        switch name {
        case "depth": limits.depth = number
        case "entries": limits.entries = number
        case "unpacked": limits.unpackedBytes = number
        case "ratio": limits.ratio = number
        case "milliseconds": limits.milliseconds = number
        default: offset = number
        }
        return true
    }

    static var help: String {
        """
        Usage: postmaster-attachments [OPTIONS] < MESSAGE > REPORT

        Looks at the attachments of a message, without any rights, and writes down what is there.
        postmaster(8) starts it where its configuration asks for that.

          --depth N          archives within archives (5)
          --entries N        entries of all archives (10000)
          --unpacked BYTES   bytes that all archives may come to (67108864)
          --ratio N          times its own size that an archive may say to come to (100)
          --milliseconds N   of the processor's time (900)
          --magic FILE       libmagic's database, instead of the system's
          --offset BYTES     where the message begins in the input (0)
          -h, --help         this text

        """
    }
}
