//! A Bayeux 1.0 (CometD) client: a sans-I/O core and its transports
