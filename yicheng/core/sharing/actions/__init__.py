"""What people do in sharing: ask, decide, narrow, revoke, subscribe, lodge."""
