import MailMessage
import Platform
import Spool

/// What checks change in the header of a message: the fields that say what they have found, and those that others
/// have written there to be taken for them.
struct HeaderMarks: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        let name: String
        /// Printable ASCII.
        let value: String
    }

    /// In the order in which they stand at the top.
    var added: [Field] = []
    /// Fields of the message as it came.
    var removed: [HeaderField] = []
    /// Names of which no field that came is left.
    var replaced: [String] = []
}

extension HeaderMarks {
    /// The header with these changes; nil where nothing changes. The rest of the message stays as it is.
    func applied(to message: Message) -> HeaderEditing? {
        let forged = removed + replaced.flatMap { message.fields(named: $0) }
        guard !added.isEmpty || !forged.isEmpty else { return nil }
        var editing = HeaderEditing(message)
        editing.delete(forged)
        for field in added.reversed() {
            // What does not make a field is left out: a check must not keep a message from being delivered.
            try? editing.add(name: field.name, value: field.value)
        }
        return editing.isEdited ? editing : nil
    }
}

extension HeaderEditing {
    /// The message with this header, in memory up to a bound, and beyond that in a file without a name.
    ///
    /// - Parameter original: the message that the header was taken from.
    func message(
        replacing original: Message, memory: Int, scratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws -> Message {
        guard original.bytes.count > memory else { return edited(original) }
        let path = "a file without a name"
        let file = try scratch()
        let head = bytes
        let body = original.bytes.dropping(first: bodyStart)
        try file.write(head, then: body.span, path: path)
        return Message(
            try SharedBytes(mapping: file, count: head.count + body.count, path: path),
            limits: original.limits)
    }

    /// By how much the message has more line ends without CR than the one that the header was taken from.
    func addedBareLineEnds(since original: Message) -> Int {
        var old = LineEndCounter()
        old.count(original.bytes.span.extracting(0..<min(bodyStart, original.bytes.count)))
        var new = LineEndCounter()
        new.count(bytes.span)
        return new.bare - old.bare
    }
}
