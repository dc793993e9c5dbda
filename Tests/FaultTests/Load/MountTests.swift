import Foundation
import Testing

extension FaultSuite {
    /// File systems that are full or read-only. They are mounted in a namespace of their own, which nobody
    /// else sees.
    @Suite("on file systems that are full or read-only")
    struct MountTests {
        /// False, with the reason printed, where mounting is not permitted. A namespace of users would permit it
        /// to anybody, but in it the directories above the Maildir belong to nobody, and are not trusted.
        private static func canMount() throws -> Bool {
            guard geteuid() == 0 else {
                print("skipped: only root mounts file systems")
                return false
            }
            let probe = try Launch("/usr/bin/unshare", ["-m", "/bin/mount", "-t", "tmpfs", "none", "/mnt"])
                .run()
            if probe.status != .exited(0) {
                print("skipped: mounting is not permitted here (\(probe.errorText))")
            }
            return probe.status == .exited(0)
        }

        /// Runs `script` in a mount namespace; `$1` is the Maildir, `$2` the spool, `$3` the root, and after
        /// them comes the delivery.
        private func inNamespace(_ script: String, _ world: World, _ options: [String] = []) throws -> Ended {
            let delivery = try world.delivery(of: "/dev/null", options)
            var launch = Launch(
                "/usr/bin/unshare",
                ["-m"] + [
                    "/bin/sh", "-c", "mail=$1; spool=$2; root=$3; shift 3\n" + script, "sh", world.mail,
                    world.spool, world.root,
                ])
            launch.arguments += [Data(delivery.program.utf8)] + delivery.arguments
            launch.seconds = 120
            return try launch.run()
        }

        private static let count = 60

        private func messages(_ scratch: ScratchDirectory) throws -> [SampleMessage] {
            let messages = (0..<Self.count).map { SampleMessage(number: $0, size: 3000) }
            for (number, message) in messages.enumerated() {
                _ = try scratch.file("in\(number)", message.original)
            }
            return messages
        }

        private static let deliverAll = """
            n=0
            while [ $n -lt 60 ]; do
              "$@" < "$root/../in$n" 2>> "$root/errors"; echo $? >> "$root/statuses"
              n=$((n + 1))
            done

            """

        private func statuses(_ world: World) -> [String] {
            String(decoding: contents(of: "\(world.root)/statuses"), as: UTF8.self).split(separator: "\n")
                .map(String.init)
        }

        @Test("a Maildir of 64 KB that fills up: what does not fit waits in the spool")
        func fullMaildir() throws {
            guard try Self.canMount() else { return }
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                let messages = try messages(scratch)
                let ended = try inNamespace(
                    "mount -t tmpfs -o size=64k,mode=700 none \"$mail\" || exit 99\n" + Self.deliverAll
                        + "cp -a \"$mail\" \"$root/kept\"", world)
                #expect(ended.status == .exited(0), "\(ended.errorText)")
                #expect(statuses(world) == Array(repeating: "0", count: Self.count), "\(statuses(world))")
                let waiting = world.holdings(messages).queued
                #expect(waiting > 30 && waiting < Self.count)
                try expectAll(messages, world, kept: "\(world.root)/kept")
            }
        }

        @Test("a file system of 64 KB for Maildir and spool: what does not fit stays with the transfer agent")
        func fullFileSystem() throws {
            guard try Self.canMount() else { return }
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                let messages = try messages(scratch)
                let ended = try inNamespace(
                    """
                    mkdir "$root/disk" && mount -t tmpfs -o size=64k,mode=700 none "$root/disk" || exit 99
                    mkdir "$root/disk/mail" "$root/disk/spool"
                    mount --bind "$root/disk/mail" "$mail" && mount --bind "$root/disk/spool" "$spool" || exit 99

                    """ + Self.deliverAll
                        + "cp -a \"$mail\" \"$root/kept\"; cp -a \"$spool\" \"$root/keptspool\"", world)
                #expect(ended.status == .exited(0), "\(ended.errorText)")
                let statuses = statuses(world)
                let taken = statuses.count { $0 == "0" }
                #expect(
                    Set(statuses).isSubset(of: ["0", "75"]) && taken > 5 && taken < Self.count, "\(statuses)")
                removeTree(world.spool)
                try FileManager.default.moveItem(atPath: "\(world.root)/keptspool", toPath: world.spool)
                let expected = zip(messages, statuses).filter { $1 == "0" }.map(\.0)
                try expectAll(expected, world, kept: "\(world.root)/kept")
            }
        }

        @Test("a Maildir that is read-only", arguments: ["spool", "tempfail", "spool is read-only too"])
        func readOnly(_ mode: String) throws {
            guard try Self.canMount() else { return }
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                for folder in ["tmp", "new", "cur"] { try makeDirectory("\(world.mail)/\(folder)") }
                let message = SampleMessage(number: 1, size: 3000)
                let input = try scratch.file("in0", message.original)
                let places = mode == "spool is read-only too" ? "\"$mail\" \"$spool\"" : "\"$mail\""
                let ended = try inNamespace(
                    """
                    for place in \(places); do mount --bind "$place" "$place" && mount -o remount,bind,ro "$place" || exit 99; done
                    exec "$@" < "$root/../in0"
                    """, world, mode == "tempfail" ? ["-o", "spool.mode=tempfail"] : [])
                let after = world.holdings([message])
                if mode == "spool" {
                    #expect(
                        ended.status == .exited(0) && after.queued == 1, "\(ended.status) \(ended.errorText)")
                    let swept = try world.sweep().run()
                    #expect(swept.status == .exited(0), "\(swept.errorText)")
                } else {
                    #expect(
                        ended.status == .exited(75) && after.isEmpty, "\(ended.status) \(ended.errorText)")
                    let again = try world.delivery(of: input).run()
                    #expect(again.status == .exited(0), "\(again.errorText)")
                }
                #expect(world.holdings([message]).copies == ["message 1@INBOX": 1])
            }
        }

        @Test("a system without /proc, as in a chroot, changes nothing", arguments: [0, 1])
        func withoutProc(_ folder: Int) throws {
            guard try Self.canMount() else { return }
            try withScratch { scratch in
                let script = folder == 1 ? "require \"fileinto\";\nfileinto \"Work\";\n" : World.keep
                let world = try World("\(scratch.path)/world", script: script)
                let message = SampleMessage(number: 1, size: 3000)
                _ = try scratch.file("in0", message.original)
                let ended = try inNamespace(
                    """
                    mount -t tmpfs none /proc || exit 99
                    exec "$@" < "$root/../in0"
                    """, world)
                #expect(ended.status == .exited(0), "\(ended.status) \(ended.errorText)")
                #expect(
                    world.holdings([message]).copies == ["message 1@\(folder == 1 ? ".Work" : "INBOX")": 1])
            }
        }

        /// What was kept of the mounted Maildir, and what the spool still has, are one whole copy of each.
        private func expectAll(_ messages: [SampleMessage], _ world: World, kept: String) throws {
            let swept = try world.sweep().run()
            #expect(swept.status == .exited(0), "\(swept.errorText)")
            let drained = world.holdings(messages)
            removeTree(world.mail)
            try FileManager.default.moveItem(atPath: kept, toPath: world.mail)
            let stored = world.holdings(messages)
            #expect(
                stored.damaged.isEmpty && drained.damaged.isEmpty,
                "\(stored.damaged.prefix(3)) \(drained.damaged.prefix(3))")
            #expect(drained.queued == 0 && drained.corrupt == 0)
            let all = drained.copies.merging(stored.copies, uniquingKeysWith: +)
            #expect(
                all.count == messages.count && all.values.allSatisfy { $0 == 1 },
                "\(all.count) of \(messages.count)")
        }
    }
}
