// Starts the shop.

import { render } from "preact";
import "./shop.css";
import { startRouter } from "./router";
import { Shop } from "./shop";

startRouter();
const home = document.getElementById("shop");
if (home) render(<Shop />, home);
