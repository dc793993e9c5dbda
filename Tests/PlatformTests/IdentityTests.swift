import Glibc
import Platform
import TestSupport
import Testing

@Suite("becoming somebody else")
struct IdentityTests {
    @Test("the process is the user in every respect, with the groups given", .enabled(if: isSuperuser))
    func become() async {
        await #expect(processExitsWith: .success) {
            try Identity.become(Identity(user: 4001, group: 4002), supplementaryGroups: [4005, 4004, 4004])
            #expect(Identity.current() == Identity(user: 4001, group: 4002))
            #expect(getuid() == 4001 && getgid() == 4002)
            var groups = [gid_t](repeating: 0, count: 64)
            let count = unsafe getgroups(64, &groups)
            #expect(Set(groups.prefix(Int(count))) == [4004, 4005])
            #expect(setuid(0) != 0)
            #expect(setgid(0) != 0)
        }
    }

    @Test("without groups, root's are gone too", .enabled(if: isSuperuser))
    func withoutGroups() async {
        await #expect(processExitsWith: .success) {
            try Identity.become(Identity(user: 4001, group: 4002), supplementaryGroups: [])
            #expect(getgroups(0, nil) == 0)
            let root = try TemporaryDirectory()
            try root.write("file", "x")
            let status = try FileStatus.of(root.path("file"))
            #expect(status.owner == 4001 && status.group == 4002)
        }
    }

    @Test("a process without rights cannot become anybody", .enabled(if: isSuperuser))
    func withoutRights() async {
        await #expect(processExitsWith: .success) {
            try Identity.become(Identity(user: 4001, group: 4002), supplementaryGroups: [])
            let error = #expect(throws: SystemError.self) {
                try Identity.become(Identity(user: 4003, group: 4002), supplementaryGroups: [])
            }
            #expect(error?.code == ErrorCode.notPermitted)
            #expect(Identity.current().user == 4001)
        }
    }

    @Test("root may become root", .enabled(if: isSuperuser))
    func root() async {
        await #expect(processExitsWith: .success) {
            try Identity.become(Identity(user: 0, group: 0), supplementaryGroups: [0])
            #expect(Identity.current().isSuperuser)
        }
    }
}
