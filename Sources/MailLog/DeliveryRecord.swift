package import Platform

/// What became of one delivery, all of it: one record, one line.
///
/// Texts may hold anything, also what a stranger wrote into a message: the forms in which a record is written
/// take care that it stays one line with these fields.
package struct DeliveryRecord: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// Stored, or sent, as asked for.
        case delivered
        /// Taken, and thrown away because a rule said so.
        case discarded
        /// Taken, and in the spool, at least in part.
        case spooled
        /// Not taken; the mail transfer agent keeps it.
        case deferred
        /// Not taken, for good: a verdict on the message or the user.
        case rejected
        /// Given up, and reported to the sender.
        case bounced
        /// Given up, and nobody could be told.
        case failed
    }

    /// One thing that was done, or was to be done.
    package struct Action: Sendable, Equatable {
        /// `store`, `forward`, `discard`…
        package var kind: String
        /// A mailbox or an address.
        package var target: String
        /// The script that asked for it, with the line; empty and 0 where none did.
        package var script: String
        package var line: Int
        /// `stored`, `spooled`, `failed: No space left on device`…
        package var result: String
        /// The name of the file that was made.
        package var file: String

        package init(
            kind: String, target: String = "", script: String = "", line: Int = 0, result: String = "",
            file: String = ""
        ) {
            self.kind = kind
            self.target = target
            self.script = script
            self.line = line
            self.result = result
            self.file = file
        }
    }

    /// How long a step took.
    package struct Step: Sendable, Equatable {
        /// Lower-case ASCII letters: it becomes a part of a field's name.
        package var name: String
        package var milliseconds: Int

        package init(name: String, milliseconds: Int) {
            self.name = name
            self.milliseconds = milliseconds
        }
    }

    /// What a check said of the message.
    package struct Check: Sendable, Equatable {
        /// `clamd`, `attachments`…
        package var name: String
        /// `passed`, `found`, `unanswered` or `skipped`.
        package var result: String
        /// What was found, or why there is no answer.
        package var detail: String
        /// What the settings said to that; empty where they had nothing to say.
        package var policy: String
        package var milliseconds: Int

        package init(
            name: String, result: String, detail: String = "", policy: String = "", milliseconds: Int = 0
        ) {
            self.name = name
            self.result = result
            self.detail = detail
            self.policy = policy
            self.milliseconds = milliseconds
        }
    }

    package var time: WallTime
    /// This delivery's own identifier.
    package var id: String
    /// The mail transfer agent's.
    package var queueID = ""
    /// The message's, as it stands in the header.
    package var messageID: [UInt8] = []
    /// The reverse path; empty is the null sender, `nil` is not known.
    package var sender: String?
    package var senderSource = ""
    package var recipient = ""
    package var recipientSource = ""
    package var originalRecipient = ""
    package var originalRecipientSource = ""
    /// Bytes; `nil` where the message was not read.
    package var size: Int?
    package var user = ""
    package var outcome: Outcome
    /// Enhanced status, `2.0.0`.
    package var status = ""
    package var exitStatus: Int?
    /// In the order in which they were asked.
    package var checks: [Check] = []
    package var actions: [Action] = []
    package var reason = ""
    package var steps: [Step] = []
    package var warnings: [String] = []

    package init(time: WallTime, id: String, outcome: Outcome) {
        self.time = time
        self.id = id
        self.outcome = outcome
    }
}
