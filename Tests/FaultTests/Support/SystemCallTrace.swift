import Foundation

/// One system call as `strace -f -o FILE` wrote it.
struct SystemCall: Sendable {
    let process: Int
    let name: String
    /// Between the parentheses.
    let arguments: String
    /// What it returned; nil if it did not return, or not a number.
    let result: Int?
    /// How often this process had called it, this time included.
    let index: Int
}

enum SystemCallTrace {
    /// The calls in the order in which they began.
    static func calls(in log: Data) -> [SystemCall] {
        var calls: [SystemCall] = []
        var counts: [String: Int] = [:]
        var unfinished: [Int: Int] = [:]
        for line in String(decoding: log, as: UTF8.self).split(separator: "\n") {
            guard let space = line.firstIndex(of: " "), let process = Int(line[..<space]) else { continue }
            let text = line[space...].drop { $0 == " " }
            if text.hasPrefix("<...") {
                guard let position = unfinished.removeValue(forKey: process) else { continue }
                let call = calls[position]
                let rest = text.range(of: " resumed>").map { text[$0.upperBound...] } ?? ""
                calls[position] = SystemCall(
                    process: process, name: call.name, arguments: call.arguments + arguments(rest),
                    result: result(rest),
                    index: call.index)
                continue
            }
            guard let parenthesis = text.firstIndex(of: "("), let first = text.first,
                first.isLetter || first == "_"
            else { continue }
            let name = String(text[..<parenthesis])
            counts["\(process) \(name)", default: 0] += 1
            let rest = text[text.index(after: parenthesis)...]
            if rest.hasSuffix("<unfinished ...>") { unfinished[process] = calls.count }
            calls.append(
                SystemCall(
                    process: process, name: name, arguments: arguments(rest), result: result(rest),
                    index: counts["\(process) \(name)"] ?? 1))
        }
        return calls
    }

    private static func arguments(_ rest: Substring) -> String {
        if let end = rest.range(of: ")", options: .backwards),
            rest.range(of: " = ", range: end.lowerBound..<rest.endIndex) != nil
        {
            return String(rest[..<end.lowerBound])
        }
        if let end = rest.range(of: "<unfinished ...>") { return String(rest[..<end.lowerBound]) }
        // What the call returned may have a text with a parenthesis after it.
        if let end = rest.range(of: " = ", options: .backwards) {
            let before = rest[..<end.lowerBound]
            return String(before.lastIndex(of: ")").map { before[..<$0] } ?? before)
        }
        return String(rest)
    }

    private static func result(_ rest: Substring) -> Int? {
        guard let sign = rest.range(of: " = ", options: .backwards) else { return nil }
        let value = rest[sign.upperBound...].prefix { $0.isNumber || $0 == "-" }
        return Int(value)
    }
}
