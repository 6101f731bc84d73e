//! A simulated contact centre that speaks GWS v2 and Bayeux: practice floor, demonstration, test bed
