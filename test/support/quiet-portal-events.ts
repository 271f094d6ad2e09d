/** Portals of which nobody wants to hear. */
const quietToken = { refreshed() {}, refreshFailed() {}, kept() {}, notKept() {} };
export const quietPortalEvents = {
  answered() {},
  retried() {},
  lookedUp() {},
  agentUnknown() {},
  usersSynced() {},
  usersNotSynced() {},
  token: () => quietToken,
};
