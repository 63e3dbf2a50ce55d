// The gate's page: for staff at the door, on whatever phone they have.

import { render } from "preact";
import { Gate } from "./gate";
import "../look/base.css";
import "./gate.css";
import "./panel.css";

const place = document.getElementById("gate");
if (place) render(<Gate />, place);
