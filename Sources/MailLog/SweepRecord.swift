package import Platform

/// What one sweep of the spool came to: one record, one line. It has no `id` and no `outcome`, and so is no delivery.
package struct SweepRecord: Sendable {
    package var time: WallTime
    /// Whose part of the spool: `uid 1000`, or `all`.
    package var scope: String
    /// How many entries ended how, in order; what is 0 is left out.
    package var counts: [(word: String, number: Int)] = []
    package var milliseconds = 0
    /// Destinations that were found to be down, with the reason.
    package var suspended: [String] = []
    /// Whether a person should look.
    package var hasProblems = false

    package init(time: WallTime, scope: String) {
        self.time = time
        self.scope = scope
    }
}

extension SweepRecord {
    var severity: Severity { hasProblems || !suspended.isEmpty ? .warning : .information }

    /// The record as one line, without a line end; at most about 3,000 bytes.
    package func line(_ format: LogFormat) -> [UInt8] {
        var list = FieldList(limits: RecordLimits(text: 128, actions: 0, warnings: 8))
        list.add("time", Timestamp.bytes(time))
        list.addAlways("sweep", scope)
        for (word, number) in counts where number > 0 { list.add(word, number) }
        list.add("ms", milliseconds)
        list.add("suspended", texts: suspended.prefix(8))
        list.add("more-suspended", excess: suspended.count - 8)
        return switch format {
        case .logfmt: LogfmtLine.bytes(list.fields)
        case .json: JSONLine.bytes(list.fields)
        }
    }
}
