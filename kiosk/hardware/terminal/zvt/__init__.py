"""ZVT (PA00P015), the protocol of German terminals: frames, fields, messages, codes."""
