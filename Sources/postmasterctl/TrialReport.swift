import MailLog
import Platform
import Sieve

/// What scripts would do with messages, told message by message, and in sum.
protocol TrialReport {
    mutating func add(_ name: String, _ result: SieveResult)
    mutating func addUnreadable(_ problem: SystemError)
    mutating func finish()
    /// Whether a script failed, or a message could not be read.
    var hasFailures: Bool { get }
}

/// Messages, and what becomes of them.
private struct TrialSum {
    var messages = 0
    var failures = 0
    var unreadable = 0
    /// The actions by their text, each with how often it was taken.
    private(set) var actions: [String: Int] = [:]

    mutating func add(_ action: String) { actions[action, default: 0] += 1 }

    /// The most frequent one first.
    var sorted: [(text: String, count: Int)] {
        actions.map { (text: $0.key, count: $0.value) }
            .sorted { $0.count == $1.count ? $0.text < $1.text : $0.count > $1.count }
    }
}

/// Standard output, written in large pieces.
private struct BufferedOutput {
    private var bytes: [UInt8] = []
    private static let limit = 1 << 16

    mutating func write(_ text: String) {
        bytes += text.utf8
        if bytes.count >= Self.limit { flush() }
    }

    mutating func write(_ more: [UInt8]) {
        bytes += more
        if bytes.count >= Self.limit { flush() }
    }

    mutating func flush() {
        StandardStream.write(bytes, to: 1)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// A line a message, and a summary at the end.
struct TextTrialReport: TrialReport {
    private var sum = TrialSum()
    private var output = BufferedOutput()

    var hasFailures: Bool { sum.failures + sum.unreadable > 0 }

    mutating func add(_ name: String, _ result: SieveResult) {
        sum.messages += 1
        output.write(name.shown)
        var separator = ": "
        for action in result.actions {
            let text = action.text
            sum.add(text)
            output.write(separator)
            output.write(text)
            output.write(action.isImplicit ? " (implicit)" : " (line \(action.line))")
            separator = ", "
        }
        if let failure = result.failure {
            sum.failures += 1
            output.write("; failed in \(failure.description.shown)")
        }
        output.write("\n")
    }

    mutating func addUnreadable(_ problem: SystemError) {
        sum.unreadable += 1
        Terminal.complain("\(problem)")
    }

    mutating func finish() {
        var text = sum.messages == 1 ? "1 message" : "\(sum.messages) messages"
        if sum.failures > 0 { text += ", \(sum.failures) failures" }
        if sum.unreadable > 0 { text += ", \(sum.unreadable) not readable" }
        output.write("\(text)\n")
        for (action, count) in sum.sorted { output.write("  \(count) \(action)\n") }
        output.flush()
    }
}

/// One object, with the messages and the summary.
struct JSONTrialReport: TrialReport {
    private var sum = TrialSum()
    private var output = BufferedOutput()
    private var separator = "{\"messages\":["

    var hasFailures: Bool { sum.failures + sum.unreadable > 0 }

    mutating func add(_ name: String, _ result: SieveResult) {
        sum.messages += 1
        if result.failure != nil { sum.failures += 1 }
        var json = JSONWriter()
        json.object { json in
            json.member("message", name)
            json.member("actions") { json in
                json.array { json in
                    for action in result.actions { add(action, to: &json) }
                }
            }
            json.member("failure", result.failure?.description)
        }
        output.write(separator)
        separator = ",\n"
        output.write(json.bytes)
    }

    private mutating func add(_ action: SieveAction, to json: inout JSONWriter) {
        sum.add(action.text)
        json.object { json in
            json.member("action", action.name)
            json.member("mailbox", action.mailbox)
            json.member("flags", action.flags)
            json.member("address", action.address)
            json.member("copy", action.isCopy)
            json.member("implicit", action.isImplicit)
            json.member("line", action.isImplicit ? nil : action.line)
        }
    }

    mutating func addUnreadable(_ problem: SystemError) {
        sum.unreadable += 1
        Terminal.complain("\(problem)")
    }

    mutating func finish() {
        if sum.messages == 0 { output.write(separator) }
        var json = JSONWriter()
        json.object { json in
            json.member("messages", sum.messages)
            json.member("failures", sum.failures)
            json.member("unreadable", sum.unreadable)
            json.member("actions") { json in
                json.object { json in
                    for (action, count) in sum.sorted { json.member(action, count) }
                }
            }
        }
        output.write("],\"summary\":")
        output.write(json.bytes)
        output.write("}\n")
        output.flush()
    }
}

extension SieveAction {
    /// `fileinto "Lists" [\Seen]`
    fileprivate var text: String {
        var text = name
        if let mailbox, !isKeep { text += " \"\(mailbox.shown)\"" }
        if let address { text += " <\(address.shown)>" }
        if !flags.isEmpty { text += " [\(flags.joined(separator: " ").shown)]" }
        return isCopy ? text + " (copy)" : text
    }

    private var isKeep: Bool {
        if case .keep = kind { true } else { false }
    }

    fileprivate var mailbox: String? {
        switch kind {
        case .keep: "INBOX"
        case .fileInto(let target): target.mailbox
        default: nil
        }
    }

    fileprivate var flags: [String] {
        switch kind {
        case .keep(let flags): flags
        case .fileInto(let target): target.flags
        default: []
        }
    }

    fileprivate var address: String? {
        switch kind {
        case .redirect(let redirect): redirect.address
        case .report(let report): report.address
        case .notify(let notification): notification.method
        default: nil
        }
    }
}
