<?php
// Longer than any timeout in front of it.
sleep(5);
echo "well\n";
