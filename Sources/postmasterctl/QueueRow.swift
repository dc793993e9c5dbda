import Delivery
import MailLog
import MailMessage
import Platform
import Spool

/// What a person wants to know of an entry. Of one that cannot be read it is what its name and its file tell.
struct QueueRow {
    let reference: EntryReference
    let owner: UInt32
    /// Bytes of the message; of the file, if it cannot be read.
    let size: Int
    let created: WallTime?
    let fields: SpoolFields
    let outline: EntryOutline?
    /// Why it cannot be read.
    let problem: String

    /// Nil if the entry is not there any more.
    init?(_ reference: EntryReference, owner: UInt32, in spool: borrowing SpoolDirectory) throws {
        do {
            guard let summary = try spool.inspect(reference) else { return nil }
            self.init(summary, owner: owner)
        } catch {
            guard let size = try spool.fileSize(of: reference) else { return nil }
            self.init(unreadable: reference, owner: owner, size: size, problem: "\(error)")
        }
    }

    private init(unreadable reference: EntryReference, owner: UInt32, size: Int, problem: String) {
        self.reference = reference
        self.owner = owner
        self.size = size
        self.problem = problem
        created = EntryIdentifier.time(of: reference.id)
        fields = SpoolFields()
        outline = nil
    }

    init(_ summary: EntrySummary, owner: UInt32) {
        reference = summary.reference
        self.owner = owner
        size = summary.messageBytes
        created = summary.envelope.created
        fields = summary.envelope.fields
        outline = EntryOutline(summary.envelope, summary.journal)
        problem = ""
    }

    var isReadable: Bool { outline != nil }
    var attempts: Int { outline?.attempts ?? 0 }
    var sender: String { field("sender") }
    var recipient: String { field("recipient") }
    var user: String { field("user") }
    var cause: String { outline?.cause ?? "unknown" }
    var open: [EntryOutline.Step] {
        outline?.steps.filter { $0.state == .open || $0.state == .refused } ?? []
    }

    /// Why it is still here: the last failure, else what put it here.
    var reason: String {
        if !isReadable { return problem }
        return outline?.lastFailure?.reason ?? open.lazy.compactMap(\.failure).last?.reason ?? field("reason")
    }

    /// Whom it is for: the envelope's recipient, and where what is open goes.
    var addresses: [String] {
        fields.all("recipient") + fields.all("original-recipient") + open.map(\.target).filter { !$0.isEmpty }
    }

    /// Where what is open goes by mail.
    var destinations: [String] {
        open.filter { !["deliver", "store", "pipe", "discard"].contains($0.word) }.map(\.target)
    }

    private func field(_ name: String) -> String { fields.first(name) ?? "" }

    /// Seconds; nil if the entry does not say when it was made.
    func age(at now: WallTime) -> Int? {
        created.map { max(now.seconds.subtractingReportingOverflow($0.seconds).partialValue, 0) }
    }
}

extension SpoolDirectory {
    /// What is to be known of an entry; nil if it is not there.
    func row(_ reference: EntryReference) throws -> QueueRow? {
        try QueueRow(reference, owner: owner, in: self)
    }
}

// MARK: For a person

extension QueueRow {
    /// Two lines: the entry; what is left to do, and why it was not done.
    func text(at now: WallTime) -> String {
        let numbers = [
            size.shownSize.padded(to: 6), (age(at: now)?.shownDuration ?? "?").padded(to: 6),
            "\(attempts)x".padded(to: 4),
        ]
        let who = isReadable ? "<\(sender.shown)> -> <\(recipient.shown)>" : "?"
        let owned = user.isEmpty ? "uid \(owner)" : user.shown
        let work = open.prefix(Self.mostSteps).map { $0.shownWork }
        let more = open.count > work.count ? ["\(open.count - work.count) more"] : []
        let why =
            reason.isEmpty
            ? [] : [cause == "none" || !isReadable ? reason.shown : "\(cause.shown): \(reason.shown)"]
        return """
            \(reference.id)\(numbers.joined())  \(state(at: now).padded(to: 10))  \(owned)  \(who)
                \((["\((work + more).joined(separator: ", "))"] + why).filter { !$0.isEmpty }.joined(separator: "; "))

            """
    }

    private static var mostSteps: Int { 8 }

    /// `in 14m`, `due`, `held`, `damaged`
    func state(at now: WallTime) -> String {
        switch reference.place {
        case .queue(let due): due > now.seconds ? "in \((due - now.seconds).shownDuration)" : "due"
        case .hold: "held"
        case .corrupt: "damaged"
        }
    }

    /// `Sun, 22 Nov 2026 21:05:00 +0000`
    static func time(_ time: WallTime) -> String {
        MailDate.format(seconds: Int64(time.seconds), zoneOffset: 0)
    }
}

extension EntryOutline.Step {
    /// `forward carol@example.com`
    var shownWork: String { target.isEmpty ? word.shown : "\(word.shown) \(target.shown)" }
}

extension Int {
    /// Bytes, in at most five characters: `512`, `4.5K`, `120M`.
    var shownSize: String {
        var value = Swift.max(self, 0)
        guard value >= 1024 else { return "\(value)" }
        for unit in ["K", "M", "G", "T"] {
            if value < 10 * 1024 { return "\(value / 1024).\(value % 1024 * 10 / 1024)\(unit)" }
            value /= 1024
            if value < 1024 || unit == "T" { return "\(value)\(unit)" }
        }
        return "\(value)"
    }

    /// Seconds, in the two largest units: `45s`, `13m`, `2h13m`, `5d4h`.
    var shownDuration: String {
        switch Swift.max(self, 0) {
        case let s where s < 60: "\(s)s"
        case let s where s < 3600: "\(s / 60)m"
        case let s where s < 86_400: "\(s / 3600)h\(s / 60 % 60)m"
        case let s: "\(s / 86_400)d\(s / 3600 % 24)h"
        }
    }
}

extension String {
    /// With spaces before it, at least two.
    fileprivate func padded(to width: Int) -> String {
        "  " + String(repeating: " ", count: Swift.max(width - utf8.count, 0)) + self
    }
}

// MARK: For a program

extension QueueRow {
    func add(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", reference.id)
            json.member("owner", Int(owner))
            json.member("place", reference.place.word)
            json.member("created", created?.seconds)
            json.member("due", reference.due?.seconds)
            json.member("size", size)
            json.member("attempts", attempts)
            json.member("sender", sender)
            json.member("recipient", recipient)
            json.member("user", user)
            json.member("cause", cause)
            json.member("reason", reason)
            let failure = outline?.lastFailure
            json.member("last_attempt", failure?.time.seconds)
            json.member("status", failure?.status)
            json.member("domain", failure?.domain)
            json.member("peer", failure?.peer)
            json.member("reply", failure?.reply)
            json.member("route", outline?.route)
            json.member("open") { json in
                json.array { json in
                    for step in open { step.add(to: &json) }
                }
            }
        }
    }

    /// One line.
    var jsonLine: [UInt8] {
        var json = JSONWriter()
        add(to: &json)
        return json.bytes + [UInt8(ascii: "\n")]
    }
}

extension EntryOutline.Step {
    func add(to json: inout JSONWriter) {
        json.object { json in
            json.member("action", number)
            json.member("do", word)
            json.member("target", target)
            json.member("origin", origin)
            json.member("state", state.rawValue)
            json.member("cause", failure?.cause)
            json.member("reason", failure?.reason)
            json.member("status", failure?.status)
            json.member("domain", failure?.domain)
            json.member("peer", failure?.peer)
            json.member("reply", failure?.reply)
        }
    }
}
