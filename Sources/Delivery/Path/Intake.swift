import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Spool

/// Reads the message from a descriptor to its end, once, in memory up to a bound and on disk beyond it.
struct Intake {
    let configuration: Configuration
    let resolution: EnvelopeResolution
    let userName: String
    /// Bytes of the largest message that is taken; 0 is no limit.
    let sizeLimit: Int

    /// Reads everything.
    ///
    /// - Parameters:
    ///   - mailbox: where a large message is written, in the `tmp/` of INBOX.
    ///   - scratch: gives a file without a name for a large message that the mailbox does not take.
    /// - Throws: what made it impossible to keep the message anywhere; the input is read to its end all the same.
    func read(
        from descriptor: CInt, mailbox: borrowing MailboxState,
        scratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws(IntakeFailure) -> Arrival {
        var buffer = InputBuffer(capacity: max(configuration.delivery.memory, 1024))
        let isComplete: Bool
        do {
            isComplete = try buffer.fill(from: descriptor)
        } catch {
            throw IntakeFailure("\(error)")
        }
        let fromLine = FromLine(buffer.span)
        let first = Message(buffer.finish(skipping: fromLine?.length ?? 0), limits: limits)
        var lineEnds = LineEndCounter()
        lineEnds.count(first.bytes.span)
        let envelope = resolution.envelope(
            userName: userName, message: configuration.delivery.trustHeaders ? first : nil,
            fromLine: fromLine?.sender)
        let trace = TraceFields(
            returnPath: configuration.delivery.returnPath, deliveredTo: configuration.delivery.deliveredTo
        ).bytes(for: envelope, before: first)
        if isComplete {
            return Arrival(
                message: first, envelope: envelope, traceFields: trace, staged: nil,
                bareLineEnds: lineEnds.bare)
        }
        var overflow = Overflow(traceFields: trace)
        do throws(IntakeFailure) {
            try overflow.begin(with: first.bytes.span, in: mailbox, scratch)
            try overflow.readRest(of: descriptor, limit: sizeLimit, &lineEnds, scratch)
        } catch {
            Self.drain(descriptor)
            throw error
        }
        let bytes = try overflow.map()
        return Arrival(
            message: Message(bytes, limits: limits), envelope: envelope, traceFields: trace,
            staged: overflow.takeStaged(), bareLineEnds: lineEnds.bare)
    }

    private var limits: MessageLimits { MessageLimits(configuration.limits) }

    /// Reads what is left and forgets it: an MTA whose agent does not read everything may take that for a
    /// failure of its own (OpenSMTPD does), and would not read our answer.
    static func drain(_ descriptor: CInt) {
        var buffer = InputBuffer(capacity: 1 << 16)
        while true {
            buffer.removeAll()
            guard let atEnd = try? buffer.fill(from: descriptor), !atEnd else { return }
        }
    }
}

extension MessageLimits {
    init(_ limits: Configuration.Limits) {
        self.init(
            headerBytes: limits.headerBytes, headerFields: limits.headerFields, mimeDepth: limits.mimeDepth,
            mimeParts: limits.mimeParts)
    }
}

/// Why a message could not be kept anywhere.
struct IntakeFailure: Error {
    let outcome: Outcome

    /// Nothing about the message: it is to be tried again.
    init(_ text: String) { outcome = .tryAgain(text) }

    /// It is larger than the site takes (`mail.max-size`, or the user's own limit).
    init(exceeding limit: Int) {
        outcome = Outcome(.refused, .tooLongForMailbox, "message is too large, \(limit) bytes allowed")
    }
}

/// A message on its way to disk because memory does not hold it.
private struct Overflow: ~Copyable {
    private let traceFields: [UInt8]
    private var staged: StagedMessage?
    private var scratch: OwnedFileDescriptor?
    /// Bytes of the message so far, trace fields not counted.
    private var count = 0
    private static let scratchPath = "a file without a name in the spool"

    init(traceFields: [UInt8]) {
        self.traceFields = traceFields
        staged = nil
        scratch = nil
    }

    mutating func begin(
        with first: Span<UInt8>, in mailbox: borrowing MailboxState,
        _ makeScratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws(IntakeFailure) {
        switch mailbox {
        case .open(let root):
            do throws(MaildirError) {
                var message = try root.folder(.inbox).stage()
                message.removeOnSignal()
                try message.write(traceFields, then: first)
                staged = consume message
                count = first.count
                return
            } catch {}
        case .closed: break
        }
        try moveToScratch(makeScratch)
        try append(first, makeScratch)
    }

    mutating func readRest(
        of descriptor: CInt, limit: Int, _ lineEnds: inout LineEndCounter,
        _ makeScratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws(IntakeFailure) {
        var buffer = InputBuffer(capacity: 1 << 17)
        var atEnd = false
        while !atEnd {
            buffer.removeAll()
            do {
                atEnd = try buffer.fill(from: descriptor)
            } catch {
                throw IntakeFailure("\(error)")
            }
            let piece = buffer.span
            lineEnds.count(piece)
            try append(piece, makeScratch)
            // What will be refused need not fill the disk first.
            if limit > 0, count > limit { throw IntakeFailure(exceeding: limit) }
        }
    }

    private mutating func append(
        _ piece: Span<UInt8>, _ makeScratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws(IntakeFailure) {
        if staged != nil {
            do throws(MaildirError) {
                try staged?.write(piece)
                count += piece.count
                return
            } catch {
                try moveToScratch(makeScratch)
            }
        }
        do {
            try scratch?.write(piece, path: Self.scratchPath)
            count += piece.count
        } catch {
            throw IntakeFailure("\(error)")
        }
    }

    /// The mailbox takes no more: what it has so far goes to the spool, and the rest follows.
    private mutating func moveToScratch(
        _ makeScratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws(IntakeFailure) {
        do {
            let file = try makeScratch()
            if count > 0, let written = try staged?.map() {
                let message = written.dropping(first: traceFields.count)
                try file.write(message.span, path: Self.scratchPath)
            }
            scratch = consume file
            staged = nil
        } catch {
            throw IntakeFailure("\(error)")
        }
    }

    /// What was written, without the trace fields.
    borrowing func map() throws(IntakeFailure) -> SharedBytes {
        do {
            if let written = try staged?.map() { return written.dropping(first: traceFields.count) }
            switch scratch {
            case .some(let file): return try SharedBytes(mapping: file, count: count, path: Self.scratchPath)
            case .none: return SharedBytes([])
            }
        } catch {
            throw IntakeFailure("\(error)")
        }
    }

    mutating func takeStaged() -> StagedMessage? {
        staged.take()
    }
}
