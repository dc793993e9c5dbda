import MailMessage
import Maildir
import Platform
import Spool
import Testing

@testable import Delivery

@Suite struct SpooledWorkTests {
    private func action(_ random: inout Random) -> PlannedAction {
        let origin =
            random.chance(50)
            ? PlannedAction.Origin.none : .init(script: random.text(upTo: 6), line: random.below(10_000))
        switch random.below(3) {
        case 0:
            let flags = (0..<random.below(4)).map { _ in "\\Seen" + random.text(upTo: 3) }
            return PlannedAction(
                .store(mailbox: random.mailbox(), flags: flags, creating: random.chance(50)), origin: origin)
        case 1: return PlannedAction(.forward(PlannedAction.Forwarding(to: random.address())), origin: origin)
        default: return PlannedAction(.discard, origin: origin)
        }
    }

    @Test("every task comes back as it was", arguments: 0..<10)
    func tasks(seed: UInt64) {
        var random = Random(seed)
        #expect(SpooledWork.task(SpooledWork.fields(.deliver)) == .deliver)
        for _ in 0..<200 {
            let task = SpooledWork.Task.perform(action(&random))
            #expect(SpooledWork.task(SpooledWork.fields(task)) == task)
        }
    }

    private func envelope(_ random: inout Random) -> Envelope {
        var envelope = Envelope(
            sender: random.chance(20) ? nil : random.address(), senderSource: .none,
            recipient: random.address(),
            recipientSource: .none)
        if random.chance(50) { envelope.originalRecipient = random.address() }
        if random.chance(50) { envelope.queueIdentifier = random.text(upTo: 9) }
        if random.chance(50) { envelope.envelopeIdentifier = random.text(upTo: 9) }
        if random.chance(50) { envelope.notify = random.chance(50) ? "NEVER" : "SUCCESS,DELAY" }
        if random.chance(50) { envelope.returns = random.chance(50) ? "FULL" : "HDRS" }
        if random.chance(50) { envelope.authenticatedUser = random.text(upTo: 9) }
        return envelope
    }

    @Test("envelope, destination and tasks come back from disk as they were", arguments: 0..<4)
    func roundTrip(seed: UInt64) throws {
        let site = try Site()
        let spool = try site.openSpool(creating: true)
        var random = Random(seed &+ 1000)
        for _ in 0..<25 {
            let envelope = envelope(&random)
            let destination = Destination(
                userName: random.text(upTo: 9), identity: Identity.current(), supplementaryGroups: [],
                home: random.chance(50) ? "" : "/" + random.text(upTo: 9),
                mailRoot: "/" + random.text(upTo: 9),
                personalScripts: (0..<random.below(3)).map { _ in random.text(upTo: 9) },
                quota: random.chance(50) ? nil : random.text(upTo: 5), isGivenDirectly: random.chance(50))
            let tasks = (0..<random.below(5)).map { _ in SpooledWork.Task.perform(action(&random)) }
            let mailbox = random.chance(50) ? nil : random.text(upTo: 9)
            let entry = SpooledWork.envelope(
                envelope, destination: destination, mailbox: mailbox, tasks: tasks,
                reason: random.text(upTo: 9),
                created: .now())
            let body: [UInt8] = []
            let reference = try spool.commit(entry, head: [], body: body.span, due: .now())
            let found = try #require(try spool.inspect(reference)).envelope
            #expect(SpooledWork.envelope(of: found) == envelope)
            #expect(Destination(found, configuration: site.configuration) == destination)
            #expect(found.actions.map { SpooledWork.task($0) } == tasks)
            #expect(found.fields.first("mailbox") == mailbox)
        }
    }

    @Test(
        "fields that make no sense are no task",
        arguments: [
            [:], ["do": ""], ["do": "explode"], ["do": "Store"], ["do": "store"],
            ["do": "store", "level": ""],
            ["do": "store", "level": ".."], ["do": "store", "level": "a", "level": "../b"],
            ["do": "store", "level": "a/b"],
            ["do": "store", "level": "/etc"], ["do": "store", "level": "a\nb"],
            ["do": "store", "level": "a\0b"],
            ["do": "store", "level": "~x"], ["do": "forward"], ["do": "forward", "to": ""],
            ["do": "forward", "to": "x"],
            ["do": "forward", "to": "a b@c"], ["do": "forward", "to": "a@b\nBcc: x@y"], ["level": "INBOX"],
        ] as [SpoolFields])
    func noTask(fields: SpoolFields) {
        #expect(SpooledWork.task(fields) == nil)
    }

    @Test("fields that a later version adds change nothing")
    func added() throws {
        let fields: SpoolFields = [
            "new": "x", "do": "store", "level": "INBOX", "create": "maybe", "line": "many", "do": "discard",
        ]
        let expected = PlannedAction(.store(mailbox: .inbox, flags: [], creating: false))
        #expect(SpooledWork.task(fields) == .perform(expected))
    }

    @Test(
        "an envelope that makes no sense is none",
        arguments: [
            [:], ["sender": ""], ["recipient": "a@b"], ["sender": "x", "recipient": "a@b"],
            ["sender": "", "recipient": ""],
            ["sender": "", "recipient": "a"], ["sender": "a@b\n", "recipient": "a@b"],
            ["sender": "a@b", "recipient": "<>"],
        ] as [SpoolFields])
    func noEnvelope(fields: SpoolFields) {
        #expect(SpooledWork.envelope(of: SpoolEnvelope(created: .now(), fields: fields, actions: [])) == nil)
    }

    @Test(
        "a destination needs a user and an absolute mail root",
        arguments: [
            [:], ["user": "bob"], ["mail-root": "/m"], ["user": "bob", "mail-root": "m"],
            ["user": "bob", "mail-root": ""],
        ] as [SpoolFields])
    func noDestination(fields: SpoolFields) throws {
        let entry = SpoolEnvelope(created: .now(), fields: fields, actions: [])
        #expect(Destination(entry, configuration: try Site().configuration) == nil)
    }
}
