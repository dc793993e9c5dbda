/// A string of a program: known when it was compiled, or put together while it runs (RFC 5229 §3).
enum Text: Sendable {
    case literal([UInt8])
    case template([Segment])

    enum Segment: Sendable {
        case literal([UInt8])
        /// `${name}`, by its slot.
        case variable(VariableSlot)
        /// `${0}` and up.
        case match(Int)
        /// `${namespace.name}`.
        case external(any ExternalVariable)
    }
}

/// A variable that an extension provides, such as those of a namespace (RFC 5229 §3).
protocol ExternalVariable: Sendable {
    func value(in run: inout Interpretation) throws(RuntimeFailure) -> [UInt8]
}

extension Interpretation {
    /// The string as it stands at this moment.
    mutating func expand(_ text: Text) throws(RuntimeFailure) -> [UInt8] {
        switch text {
        case .literal(let bytes):
            return bytes
        case .template(let segments):
            var result: [UInt8] = []
            for segment in segments {
                let part = try value(of: segment)
                try spend(part.count)
                guard result.count + part.count <= limits.stringBytes else {
                    throw failure("a string is longer than \(limits.stringBytes) octets")
                }
                result += part
            }
            return result
        }
    }

    /// The strings of a list, each as ``expand(_:)-(Text)`` has it.
    mutating func expand(_ texts: [Text]) throws(RuntimeFailure) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for text in texts { result.append(try expand(text)) }
        return result
    }

    private mutating func value(of segment: Text.Segment) throws(RuntimeFailure) -> [UInt8] {
        switch segment {
        case .literal(let bytes): bytes
        case .variable(let slot): value(of: slot)
        case .match(let index): captures[index]
        case .external(let variable): try variable.value(in: &self)
        }
    }
}
